-- T78 TestSleep, TestAfter, TestOverflowSleep, TestSleepZeroDeadlock, TestTimerStopStress.
local function took(f, ...)
  local began = go.time.monotonic()
  f(...)
  return go.time.monotonic() - began
end
assert(took(go.sleep, 0.05) >= 0.05)
assert(took(function() select { { recv = go.time.after(0.05) } } end) >= 0.05)

-- What overflows the clock is for ever, what is negative is now.
assert(select { { after = 1e18 }, { after = 0.01 } } == 2)
assert(select { { after = math.huge }, { after = 0.01 } } == 2)
assert(select { { after = -1e18 }, { after = 1000 } } == 1)
go.sleep(-1e18)

-- Sleeping for nothing while others do the same is no deadlock.
local wg = go.sync.waitgroup()
for _ = 1, 20 do
  wg:go(function()
    for _ = 1, 20 do go.sleep(0) end
  end)
end
wg:wait()

-- A timer stopped at any moment either fires or does not.
for _ = 1, 20 do
  wg:go(function()
    for i = 1, 20 do
      local t = go.time.timer(i % 3 * 0.0005)
      go.sleep(0.0005)
      local stopped = t:stop()
      if stopped then assert(select { { recv = t }, default = true } == 0) end
    end
  end)
end
wg:wait()
print "rested" --> expect: rested
