-- The works on Lagoon.  lagoon lagoon.lua WORK [SCALE]; prints "NAME VALUE UNIT" lines.
-- SCALE shrinks the counts, never what is measured.
local work, scale = arg[1], tonumber(arg[2] or 1)
local here = arg[0]:match "^.*/" or ""
local m = loadfile(here .. "measure.lua")(scale)
local now, count, report, per = m.now, m.count, m.report, m.per

local W = {}

-- Starting ------------------------------------------------------------------------------------------

local function wait_for_all(before)
  while go.runtime.goroutines() > before do go.yield() end
end

local function starts(name, n, f)
  local before, start = go.runtime.goroutines(), now()
  for _ = 1, n do go(f) end
  wait_for_all(before)
  per(name, start, n)
end

function W.spawn() starts("spawn", count(1e6), function() end) end

function W.spawn_done()
  local n, wg = count(1e6), go.sync.waitgroup()
  wg:add(n)
  local function f() wg:done() end
  local start = now()
  for _ = 1, n do go(f) end
  wg:wait()
  per("spawn_done", start, n)
end

function first_global() return 1 end
function second_global() return 2 end
function third_global() return 3 end

local function with_environment(used)
  local a, b, c, d = 1, 2.5, true, "four"
  local function helper(x) return x end
  return function()
    if used then return helper(a), b, c, d, first_global() + second_global() + third_global() end
  end
end

function W.spawn_env() starts("spawn_env", count(5e5), with_environment(false)) end
function W.spawn_env_used() starts("spawn_env_used", count(5e5), with_environment(true)) end

local function three_hundred_globals()
  local script = {}
  for i = 1, 300 do
    script[i] = ("function f%d(x) if x then return f%d() + f%d() end end"):format(i, i % 300 + 1, i * 7 % 300 + 1)
  end
  load(table.concat(script, "\n"))()
end

local function parked_bytes(n, f)
  local gate, up = chan(), go.sync.waitgroup()
  collectgarbage()
  up:add(n)
  local before = m.resident()
  for _ = 1, n do go(f, gate, up) end
  up:wait()
  go.sleep(0.05)
  local bytes = (m.resident() - before) / n
  gate:close()
  wait_for_all(1)
  return bytes
end

function W.spawn_300()
  three_hundred_globals()
  starts("spawn_300", count(2e5), function(x) if x then return f1() end end)
  local n = math.max(100, count(5e4))
  local function plain(gate, up) up:done() gate:recv() end
  local function mentions(gate, up) up:done() if gate:recv() then return f1() end end
  parked_bytes(n, plain)  -- the heaps grow to their size
  local base = parked_bytes(n, plain)
  report("spawn_300_bytes", parked_bytes(n, mentions) - base, "B")
end

local function router()
  local routes = {}
  for i = 1, 200 do routes["/path/" .. i] = function(request) return request, i end end
  return routes
end

function W.spawn_router()
  local routes = router()
  starts("spawn_router", count(2e4), function(x) if x then return routes[x]() end end)
  local frozen = go.freeze(router())
  starts("spawn_router_frozen", count(5e5), function(x) if x then return frozen[x]() end end)
end

function W.parked()
  local n, gate, up = count(1e6), chan(), go.sync.waitgroup()
  collectgarbage()
  up:add(n)
  local before, start = m.resident(), now()
  for _ = 1, n do go(function() up:done() gate:recv() end) end
  up:wait()
  per("parked_create", start, n)
  go.sleep(0.1)
  report("parked_bytes", (m.resident() - before) / n, "B")
end

-- Talking -------------------------------------------------------------------------------------------

function W.pingpong() report("pingpong", m.ping_pong(1, count(1e6)), "ns") end

local function buffered(name, producers, consumers)
  local n, ch, made, taken = count(4e6), chan(128), go.sync.waitgroup(), go.sync.waitgroup()
  local start = now()
  for _ = 1, producers do
    made:go(function() for i = 1, n // producers do ch:send(i) end end)
  end
  for _ = 1, consumers do
    taken:go(function() for _ in ch do end end)
  end
  made:wait()
  ch:close()
  taken:wait()
  per(name, start, n)
end

function W.buffered() buffered("buffered_1_1", 1, 1) buffered("buffered_4_4", 4, 4) end

function W.ring()
  local size, hops, done = 1000, count(1e6), chan()
  local first = chan()
  local from = first
  for i = 1, size do
    local to = i == size and first or chan()
    go(function(input)
      for v in input do
        if v == 0 then done:send(true) return end
        to:send(v - 1)
      end
    end, from)
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
    local results, part, sum = chan(), size // 10, 0
    for i = 0, 9 do go(node, results, number + i * part, part) end
    for _ = 1, 10 do sum = sum + results:recv() end
    out:send(sum)
  end
  local out, start = chan(), now()
  go(node, out, 0, leaves)
  local sum = out:recv()
  report("skynet", (now() - start) * 1e3 * (1000000 // leaves), "ms")
  assert(sum == leaves * (leaves - 1) // 2)
end

function W.sieve()
  local primes, source = count(2000), chan()
  local start, prime = now(), nil
  go(function(out) for n = 2, math.huge do out:send(n) end end, source)
  for _ = 1, primes do
    prime = source:recv()
    local rest = chan()
    go(function(input, p)
      for n in input do if n % p ~= 0 then rest:send(n) end end
    end, source, prime)
    source = rest
  end
  report("sieve", (now() - start) * 1e3, "ms")
  assert(primes ~= 2000 or prime == 17389)
end

function W.table()
  local n, ch, done = count(1e6), chan(128), chan()
  go(function()
    local sum = 0
    for r in ch do sum = sum + r.x + #r.name end
    done:send(sum)
  end)
  local start = now()
  for i = 1, n do
    ch:send { id = i, x = i, y = 2, z = 3, age = 42, name = "alice", email = "alice@example.com",
              city = "Paris", zip = "75001", country = "FR" }
  end
  ch:close()
  done:recv()
  per("table", start, n)
end

function W.mutex()
  local n, m, wg = count(1e6), go.sync.mutex(), go.sync.waitgroup()
  local start = now()
  for _ = 1, 8 do
    wg:go(function() for _ = 1, n do m:lock() m:unlock() end end)
  end
  wg:wait()
  per("mutex", start, 8 * n)
end

-- Ending --------------------------------------------------------------------------------------------

local function spin() while true do end end
local function pcalls() while true do pcall(error) end end

-- From the kill until whoever joins knows, of a goroutine that has been in `place` for a while.
local function kill_time(place)
  local started = chan()
  local t = go.task(function() started:close() place() end)
  started:recv()
  go.sleep(0.003)
  local start = now()
  t:kill()
  t:result()
  return (now() - start) * 1e3
end

function W.kill()
  local places = {
    loop = spin,
    pcall = pcalls,
    handler = function() while true do xpcall(error, spin) end end,
    callback = function() while true do pcall(table.sort, { 3, 2, 1 }, spin) end end,
  }
  for name, place in pairs(places) do
    local times = {}
    for i = 1, count(50) do times[i] = kill_time(place) end
    report("kill_" .. name, m.percentile(times, 0.9), "ms")
  end
end

-- All of the process's: a little more than the goroutine's own.
function W.limits()
  local times, l = {}, go.limits { cpu = 0.05 }
  for i = 1, count(20) do
    local start = os.clock()
    go.task(l, pcalls):result()
    times[i] = (os.clock() - start) * 1e3 - 50
  end
  report("limits_over", m.percentile(times, 0.9), "ms")
end

for name, f in pairs(loadfile(here .. "cores.lua")(m, scale)) do W[name] = f end
assert(W[work], "no such work: " .. tostring(work))()
os.exit(0)
