// The works on Node: async functions over promises, one thread.  node works.js WORK [SCALE]
'use strict';
const fs = require('fs');
const [work, scale] = [process.argv[2], Number(process.argv[3] || 1)];
const now = () => Number(process.hrtime.bigint());
const count = (n) => Math.max(1, Math.floor(n * scale));
const report = (name, value, unit) => console.log(name, value.toPrecision(6), unit);
const per = (name, start, n) => report(name, (now() - start) / n, 'ns');
const resident = () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
const percentile = (all, p) => all.sort((a, b) => a - b)[Math.max(0, Math.ceil(all.length * p) - 1)];
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

class Queue {
  constructor() { this.items = []; this.first = 0; }
  get length() { return this.items.length - this.first; }
  put(v) { this.items.push(v); }
  take() {
    const v = this.items[this.first];
    this.items[this.first++] = undefined;
    if (this.first > 1024 && this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return v;
  }
}

class Channel {
  constructor(capacity = 0) {
    this.room = capacity;
    this.values = new Queue();
    this.receivers = new Queue();
    this.senders = new Queue();
  }
  send(v) {
    if (this.receivers.length) return this.receivers.take()(v);
    if (this.room) { this.room--; return this.values.put(v); }
    return new Promise((wake) => this.senders.put({ v, wake }));
  }
  recv() {
    if (this.values.length) {
      const v = this.values.take();
      if (this.senders.length) {
        const s = this.senders.take();
        this.values.put(s.v);
        s.wake();
      } else this.room++;
      return v;
    }
    if (this.senders.length) { const s = this.senders.take(); s.wake(); return s.v; }
    return new Promise((wake) => this.receivers.put(wake));
  }
}

function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

async function buffered(name, producers, consumers) {
  const n = count(4e6), ch = new Channel(128), all = [], start = now();
  for (let i = 0; i < producers; i++)
    all.push((async () => { for (let j = 0; j < n / producers; j++) await ch.send(j); })());
  for (let i = 0; i < consumers; i++)
    all.push((async () => { for (let j = 0; j < n / consumers; j++) await ch.recv(); })());
  await Promise.all(all);
  per(name, start, n);
}

async function periods(seconds) {
  const all = [];
  let last = now();
  const stop = last + seconds * 1e9;
  while (last < stop) {
    await sleep(1);
    const t = now();
    all.push((t - last) / 1e6);
    last = t;
  }
  return all;
}

const works = {
  async spawn() {
    const n = count(1e6), start = now();
    let left = n, finish;
    const done = new Promise((wake) => { finish = wake; });
    for (let i = 0; i < n; i++) (async () => { await null; if (--left === 0) finish(); })();
    await done;
    per('spawn', start, n);
  },
  async parked() {
    const n = count(1e6), gate = new Channel(), before = resident(), start = now();
    for (let i = 0; i < n; i++) (async () => { await gate.recv(); })();
    await null;
    per('parked_create', start, n);
    report('parked_bytes', (resident() - before) / n, 'B');
  },
  async pingpong() {
    const n = count(1e6), there = new Channel(), back = new Channel();
    (async () => { for (;;) await back.send(await there.recv()); })();
    const start = now();
    for (let i = 0; i < n; i++) { await there.send(i); await back.recv(); }
    per('pingpong', start, n);
  },
  async buffered() { await buffered('buffered_1_1', 1, 1); await buffered('buffered_4_4', 4, 4); },
  async ring() {
    const hops = count(1e6), done = new Channel(), first = new Channel();
    let from = first;
    for (let i = 1; i <= 1000; i++) {
      const input = from, to = i === 1000 ? first : new Channel();
      (async () => {
        for (;;) {
          const v = await input.recv();
          if (v === 0) return done.send(true);
          await to.send(v - 1);
        }
      })();
      from = to;
    }
    const start = now();
    first.send(hops);
    await done.recv();
    per('ring', start, hops);
  },
  async skynet() {
    const leaves = scale >= 1 ? 1e6 : scale >= 0.1 ? 1e5 : 1e3;
    async function node(out, number, size) {
      if (size === 1) { await out.send(number); return; }
      const results = new Channel(), part = size / 10;
      let sum = 0;
      for (let i = 0; i < 10; i++) node(results, number + i * part, part);
      for (let i = 0; i < 10; i++) sum += await results.recv();
      await out.send(sum);
    }
    const out = new Channel(), start = now();
    node(out, 0, leaves);
    await out.recv();
    report('skynet', (now() - start) / 1e6 * (1e6 / leaves), 'ms');
  },
  async sieve() {
    const primes = count(2000), start = now();
    let source = new Channel();
    (async (out) => { for (let n = 2; ; n++) await out.send(n); })(source);
    for (let i = 0; i < primes; i++) {
      const prime = await source.recv(), rest = new Channel();
      (async (input) => { for (;;) { const n = await input.recv(); if (n % prime) await rest.send(n); } })(source);
      source = rest;
    }
    report('sieve', (now() - start) / 1e6, 'ms');
  },
  async table() {  // by reference: one thread
    const n = count(1e6), ch = new Channel(128), start = now();
    let sum = 0;
    const done = (async () => {
      for (let i = 0; i < n; i++) { const r = await ch.recv(); sum += r.x + r.name.length; }
    })();
    for (let i = 0; i < n; i++) {
      await ch.send({ id: i, x: i, y: 2, z: 3, age: 42, name: 'alice', email: 'alice@example.com',
        city: 'Paris', zip: '75001', country: 'FR' });
    }
    await done;
    per('table', start, n);
  },
  async fib() {
    const n = scale >= 1 ? 32 : scale >= 0.1 ? 27 : 15;
    fib(n - 2);
    const start = now();
    fib(n);
    report('fib_one', (now() - start) / 1e6, 'ms');
  },
  async ticker() {
    report('ticker_late_p99', percentile(await periods(2 * scale), 0.99) - 1, 'ms');
  },
  async sleepers() {
    const n = count(1e5), late = [], all = [], cpu = process.cpuUsage();
    for (let i = 0; i < n; i++) {
      all.push((async () => {
        const ms = Math.random() * 1000, start = now();
        await sleep(ms);
        late.push((now() - start) / 1e6 - ms);
      })());
    }
    await Promise.all(all);
    const used = process.cpuUsage(cpu);
    report('sleepers_cpu', (used.user + used.system) / 1e6, 's');
    report('sleepers_p99', percentile(late, 0.99), 'ms');
  },
};
if (works[work]) works[work]().then(() => process.exit(0));
else { console.error(`no such work: ${work}`); process.exit(1); }
