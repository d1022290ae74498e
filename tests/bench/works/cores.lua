-- The works on Lagoon that are about cores, time, and cost as work grows.  Called with measure.lua's table
-- and the scale; returns the works.
local m, scale = ...
local now, count, report = m.now, m.count, m.report

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end

-- Computes for about `n` units of some microseconds.
local function spin(n)
  local x = 1
  for _ = 1, n * 1000 do x = (x * 48271 + 1) % 2147483647 end
  return x
end

local W = {}

-- Cores ---------------------------------------------------------------------------------------------

function W.fib()
  local n = scale >= 1 and 32 or scale >= 0.1 and 27 or 15
  fib(n - 2)
  local start = now()
  fib(n)
  local one = now() - start
  local wg = go.sync.waitgroup()
  start = now()
  for _ = 1, 8 do wg:go(fib, n) end
  wg:wait()
  report("fib_one", one * 1e3, "ms")
  report("fib_speedup", 8 * one / (now() - start), "x")
end

-- What `units` of spinning take when they are shared out evenly beforehand.
local function ideal(units)
  local procs, wg = go.runtime.procs(), go.sync.waitgroup()
  local start = now()
  for _ = 1, procs do wg:go(spin, units // procs) end
  wg:wait()
  return now() - start
end

function W.hogs()
  local lengths, total = {}, 0
  math.randomseed(7)
  for i = 1, 64 do
    lengths[i] = math.ceil(-math.log(1 - math.random()) * count(1000))
    total = total + lengths[i]
  end
  local before, wg = ideal(total), go.sync.waitgroup()
  local start = now()
  for _, units in ipairs(lengths) do wg:go(spin, units) end
  wg:wait()
  local took = now() - start
  report("hogs", took / math.min(before, ideal(total)), "x")
end

function W.pool()
  local procs, units = go.runtime.procs(), count(1500)
  local workers, jobs, wg = 8 * procs, chan(), go.sync.waitgroup()
  for _ = 1, workers do
    wg:go(function() for n in jobs do spin(n) end end)
  end
  go.sleep(0.05)
  local before, start = ideal(units * workers), now()
  for _ = 1, workers do jobs:send(units) end
  jobs:close()
  wg:wait()
  local took = now() - start
  report("pool", procs * math.min(before, ideal(units * workers)) / took, "x")
end

function W.server()
  local handlers = {}
  for i = 1, 1000 do
    handlers[i] = chan()
    go(function(requests)
      for reply in requests do
        if not reply then while true do spin(100) end end
        reply:send(true)
      end
    end, handlers[i])
  end
  go.sleep(0.05)
  for i = 1, 10 do handlers[i * 100]:send(false) end
  local times, reply = {}, chan(1)
  for i = 1, count(1000) do
    local k = i * 37 % 1000 + 1
    if k % 100 == 0 then k = k - 1 end
    local start = now()
    handlers[k]:send(reply)
    reply:recv()
    times[#times + 1] = now() - start
    go.sleep(0.001)
  end
  report("server_p99", m.percentile(times, 0.99) * 1e3, "ms")
end

function W.hog_start()
  for _ = 1, go.runtime.procs() do go(function() while true do spin(100) end end) end
  go.sleep(0.05)
  local worst, started = 0, chan(1)
  for _ = 1, count(100) do
    local start = now()
    go(function() started:send(true) end)
    started:recv()
    worst = math.max(worst, now() - start)
    go.sleep(0.005)
  end
  report("hog_start", worst * 1e3, "ms")
end

-- Time ----------------------------------------------------------------------------------------------

local function periods(seconds)
  local stop, last, all = now() + seconds, now(), {}
  while last < stop do
    go.sleep(0.001)
    local t = now()
    all[#all + 1] = t - last
    last = t
  end
  return all
end

function W.ticker()
  report("ticker_late_p99", (m.percentile(periods(2 * scale), 0.99) - 0.001) * 1e3, "ms")
  for _ = 1, go.runtime.procs() do go(function() while true do spin(100) end end) end
  go.sleep(0.05)
  report("ticker_hogs_p99", m.percentile(periods(3 * scale), 0.99) * 1e3, "ms")
end

function W.sleepers()
  local n, late, done = count(1e5), {}, chan(1024)
  local seed, cpu = 12345, os.clock()
  for _ = 1, n do
    seed = (seed * 69069 + 12345) % 4294967296
    go(function(s)
      local start = now()
      go.sleep(s)
      done:send(now() - start - s)
    end, seed / 4294967296)
  end
  for i = 1, n do late[i] = done:recv() end
  report("sleepers_cpu", os.clock() - cpu, "s")
  report("sleepers_p99", m.percentile(late, 0.99) * 1e3, "ms")
end

-- As work grows: each against its smallest size -----------------------------------------------------

local function grows(name, sizes, cost)
  for _, size in ipairs(sizes) do report(("%s_%d"):format(name, size), cost(size), "ns") end
end

function W.grow_pairs()
  grows("pairs", { 1, 10, 100, 1000, 10000 }, function(n) return m.ping_pong(n, math.max(1, count(3e5) // n)) end)
end

function W.grow_timers()
  grows("timers", { 100, 1000, 10000, 100000, 1000000 }, function(n)
    n = math.min(n, count(1e6))
    local timers, rounds = {}, math.max(1, count(1e6) // n)
    local start = now()
    for _ = 1, rounds do
      for i = 1, n do timers[i] = go.time.timer(1000 + i % 97) end
      for i = 1, n do timers[i]:stop() end
    end
    return (now() - start) / (n * rounds) * 1e9
  end)
end

function W.grow_waiters()
  grows("waiters", { 1, 10, 100, 1000, 10000 }, function(n)
    local rounds, ch, wg = math.max(1, count(3e5) // n), chan(), go.sync.waitgroup()
    for _ = 1, n do
      wg:go(function() for _ = 1, rounds do ch:recv() end end)
    end
    local start = now()
    for _ = 1, rounds * n do ch:send(1) end
    wg:wait()
    return (now() - start) / (rounds * n) * 1e9
  end)
end

function W.grow_procs()
  grows("procs", { 1, 2, 4, 8 }, function(n)
    go.runtime.procs(n)
    return m.ping_pong(8, count(1e5))
  end)
end

return W
