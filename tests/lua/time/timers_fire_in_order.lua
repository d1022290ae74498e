-- The soonest comes first, in whatever order they were made.
local timers = {}
repeat
  for _, timer in pairs(timers) do timer:stop() end
  local began = go.time.monotonic()
  for _, s in ipairs { 0.2, 0.01, 0.3, 0.1 } do timers[s] = go.time.timer(s) end
until go.time.monotonic() - began < 0.05 -- else the machine was too slow

local cases = { priority = true } -- of those that have gone off meanwhile, too
for i, s in ipairs { 0.01, 0.1, 0.2, 0.3 } do
  cases[i] = { recv = timers[s], function() print(s) end }
end
for _ = 1, 4 do select(cases) end
--> expect: 0.01
--> expect: 0.1
--> expect: 0.2
--> expect: 0.3
