// The same in Node: one thread.   usage: net.js WORK [PORT]
const net = require('net');
const [work, port] = process.argv.slice(2);
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!';

const serve = {
  http(conn) {
    let text = '';
    conn.on('data', (data) => {
      text += data.toString('latin1');
      for (let end; (end = text.indexOf('\r\n\r\n')) >= 0; text = text.slice(end + 4)) conn.write(RESPONSE);
    });
  },
  echo(conn) { conn.on('data', (data) => conn.write(data)); },
  accept(conn) { conn.destroy(); },
};

async function lateness() {
  const late = [];
  for (let i = 0; i < 500; ++i) {
    const before = process.hrtime.bigint();
    await new Promise((resume) => setTimeout(resume, 0.05));
    late.push(Number(process.hrtime.bigint() - before) / 1e3 - 50);
  }
  late.sort((a, b) => a - b);
  console.log(`sleep50_p50 ${late[250].toFixed(0)} us\nsleep50_p99 ${late[495].toFixed(0)} us`);
}

if (work === 'sleep') {
  lateness();
} else {
  net.createServer((conn) => {
    conn.setNoDelay(true);
    conn.on('error', () => {});
    serve[work](conn);
  }).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
}
