-- The works on coroutines under a scheduler written by hand, which is what plain Lua has instead.
-- lua5.4|luajit coroutines.lua WORK [SCALE]; prints "NAME VALUE UNIT" lines.  One thread, tables go by reference.
local work, scale = arg[1], tonumber(arg[2] or 1)
local create, resume, yield, running = coroutine.create, coroutine.resume, coroutine.yield, coroutine.running
local now = os.clock  -- never idle, so time is CPU time

local function count(n) return math.max(1, math.floor(n * scale)) end
local function report(name, value, unit) print(string.format("%s %.6g %s", name, value, unit)) end
local function per(name, start, n) report(name, (now() - start) / n * 1e9, "ns") end

-- A queue, and channels in the manner of Go ---------------------------------------------------------

local Queue = {}
Queue.__index = Queue
local function queue() return setmetatable({ first = 1, last = 0 }, Queue) end
function Queue:empty() return self.first > self.last end
function Queue:put(v)
  local last = self.last + 1
  self.last, self[last] = last, v
end
function Queue:take()
  local first = self.first
  local v = self[first]
  self[first], self.first = nil, first + 1
  return v
end

local ready = queue()
local live = 0
local function go(f) live = live + 1 ready:put(create(f)) end
local function pause() ready:put(running()) yield() end

local Channel = {}
Channel.__index = Channel
local function chan(capacity)
  return setmetatable({ room = capacity or 0, values = queue(), receivers = queue(), senders = queue() }, Channel)
end
function Channel:send(v)
  if not self.receivers:empty() then
    local waiting = self.receivers:take()
    waiting.value = v
    ready:put(waiting.co)
  elseif self.room > 0 then
    self.room = self.room - 1
    self.values:put(v)
  else
    self.senders:put { co = running(), value = v }
    yield()
  end
end
function Channel:recv()
  if not self.values:empty() then
    local v = self.values:take()
    if self.senders:empty() then
      self.room = self.room + 1
    else
      local waiting = self.senders:take()
      self.values:put(waiting.value)
      ready:put(waiting.co)
    end
    return v
  elseif not self.senders:empty() then
    local waiting = self.senders:take()
    ready:put(waiting.co)
    return waiting.value
  end
  local waiting = { co = running() }
  self.receivers:put(waiting)
  yield()
  return waiting.value
end

local function wait_for_all(rest) while live > rest do pause() end end

-- Works ---------------------------------------------------------------------------------------------

local W = {}

function W.spawn()
  local n, start = count(1e6), now()
  local function f() end
  for i = 1, n do
    go(f)
    if i % 1000 == 0 then pause() end
  end
  wait_for_all(1)
  per("spawn", start, n)
end

function W.parked()
  local n, gate = count(1e6), chan()
  local function resident()
    for line in io.lines "/proc/self/status" do
      local kb = line:match "^VmRSS:%s+(%d+)"
      if kb then return tonumber(kb) * 1024 end
    end
  end
  collectgarbage()
  local before, start = resident(), now()
  for i = 1, n do
    go(function() gate:recv() end)
    if i % 1000 == 0 then pause() end
  end
  pause()
  per("parked_create", start, n)
  report("parked_bytes", (resident() - before) / n, "B")
end

function W.pingpong()
  local n, there, back = count(1e6), chan(), chan()
  go(function() while true do back:send(there:recv()) end end)
  local start = now()
  for i = 1, n do there:send(i) back:recv() end
  per("pingpong", start, n)
end

local function buffered(name, producers, consumers)
  local n, ch, before = count(4e6), chan(128), live
  local start = now()
  for _ = 1, producers do go(function() for i = 1, n / producers do ch:send(i) end end) end
  for _ = 1, consumers do go(function() for _ = 1, n / consumers do ch:recv() end end) end
  wait_for_all(before)
  per(name, start, n)
end

function W.buffered() buffered("buffered_1_1", 1, 1) buffered("buffered_4_4", 4, 4) end

function W.ring()
  local hops, done, first = count(1e6), chan(), chan()
  local from = first
  for i = 1, 1000 do
    local input, to = from, i == 1000 and first or chan()
    go(function()
      while true do
        local v = input:recv()
        if v == 0 then done:send(true) return end
        to:send(v - 1)
      end
    end)
    from = to
  end
  local start = now()
  first:send(hops)
  done:recv()
  per("ring", start, hops)
end

function W.skynet()
  local leaves = scale >= 1 and 1000000 or scale >= 0.1 and 100000 or 1000
  local function node(out, number, size)
    if size == 1 then out:send(number) return end
    local results, part, sum = chan(), size / 10, 0
    for i = 0, 9 do go(function() node(results, number + i * part, part) end) end
    for _ = 1, 10 do sum = sum + results:recv() end
    out:send(sum)
  end
  local out, start = chan(), now()
  go(function() node(out, 0, leaves) end)
  out:recv()
  report("skynet", (now() - start) * 1e3 * (1000000 / leaves), "ms")
end

function W.sieve()
  local primes, source, start = count(2000), chan(), now()
  do
    local out = source
    go(function() local n = 2 while true do out:send(n) n = n + 1 end end)
  end
  for _ = 1, primes do
    local prime, input, rest = source:recv(), source, chan()
    go(function()
      while true do
        local n = input:recv()
        if n % prime ~= 0 then rest:send(n) end
      end
    end)
    source = rest
  end
  report("sieve", (now() - start) * 1e3, "ms")
end

function W.table()
  local n, ch, before = count(1e6), chan(128), live
  go(function()
    local sum = 0
    for _ = 1, n do
      local r = ch:recv()
      sum = sum + r.x + #r.name
    end
  end)
  local start = now()
  for i = 1, n do
    ch:send { id = i, x = i, y = 2, z = 3, age = 42, name = "alice", email = "alice@example.com",
              city = "Paris", zip = "75001", country = "FR" }
  end
  wait_for_all(before)
  per("table", start, n)
end

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end

function W.fib()
  local n = scale >= 1 and 32 or scale >= 0.1 and 27 or 15
  fib(n - 2)
  local start = now()
  fib(n)
  report("fib_one", (now() - start) * 1e3, "ms")
end

local main = create(function() W[work]() os.exit(0) end)
live = 1
ready:put(main)
while true do
  local co = ready:take()
  local ok, err = resume(co)
  if not ok then error(debug.traceback(co, err)) end
  if coroutine.status(co) == "dead" then live = live - 1 end
end
