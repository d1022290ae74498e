-- T79 TestTicker, TestTeardown, TestTick, TestNewTickerLtZeroDuration,
-- TestTickerResetLtZeroDuration, TestLongAdjustTimers.
local began = go.time.monotonic()
local ticker = go.time.ticker(0.01)
for _ = 1, 5 do select { { recv = ticker } } end
assert(go.time.monotonic() - began >= 0.045, "ticks do not come early")
ticker:stop()
assert(select { { recv = ticker }, { after = 0.03 } } == 2, "a stopped ticker is silent")
ticker:reset(0.002)
for _ = 1, 5 do select { { recv = ticker } } end
ticker:stop()

for _ = 1, 3 do
  local t = go.time.ticker(1000)
  t:stop()
end
local tick = go.time.tick(0.002)
for _ = 1, 3 do select { { recv = tick } } end

local function raises(want, f)
  local ok, err = pcall(f)
  assert(not ok and tostring(err):find(want, 1, true), want)
end
raises("non-positive interval for NewTicker", function() go.time.ticker(-1) end)
raises("non-positive interval for Ticker.Reset", function() go.time.ticker(1000):reset(-1) end)

-- Thousands of sleepers do not hold up a ping-pong.
local gate = chan()
for _ = 1, 2000 do
  go(function() select { { recv = gate }, { after = 60 } } end)
end
local ping, pong = chan(), chan()
go(function()
  for v in ping do pong:send(v + 1) end
end)
local v = 0
while v < 1000 do
  ping:send(v)
  v = pong:recv()
end
gate:close()
print(v) --> expect: 1000
