-- T31 TestAfterStop, TestReset, TestZeroTimer, TestTimerModifiedEarlier, TestAdjustTimers.
local function fired(t, wait) return select { { recv = t }, { after = wait } } == 1 end

-- Stop before it fires.
local t = go.time.timer(0.02)
assert(t:stop() == true and t:stop() == false)
assert(not fired(t, 0.04))

-- Reset tells whether it was still running.
t = go.time.timer(1000)
assert(t:reset(0.01) == true)
assert(fired(t, 20))
assert(t:reset(0.01) == false)
assert(fired(t, 20))

-- A timer of nothing is never lost.
for _ = 1, 500 do assert(fired(go.time.timer(0), 20)) end

-- A timer moved earlier fires earlier.
for _ = 1, 20 do
  t = go.time.timer(3600)
  t:reset(0.001)
  assert(fired(t, 20))
end

-- Timers moved earlier again and again, many at once.
local timers = {}
for i = 1, 100 do timers[i] = go.time.timer(3600) end
for round = 5, 1, -1 do
  for i = 1, 100 do timers[i]:reset(round * 0.01) end
end
for i = 1, 100 do assert(fired(timers[i], 20)) end
print "fired" --> expect: fired
