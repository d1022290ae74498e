-- Goroutines that share a state use a library with a buffer, and pass it callbacks; it is whole and
-- counts right, wherever slices end.
local scratch = require "scratch"
local out = chan(100)
local function twice(x) return tostring(x * 2) end
local function use(id)
  local torn = 0
  for i = 1, 30 do
    if scratch.join({ id, i, id }, twice) ~= ("%d,%d,%d"):format(id * 2, i * 2, id * 2) then torn = torn + 1 end
    if scratch.join { id, id } ~= id .. "," .. id then torn = torn + 1 end
  end
  out:send(torn)
end
for id = 1, 20 do go.here(use, id) end
local torn = 0
for _ = 1, 20 do torn = torn + out:recv() end
print(torn, scratch.calls)

for id = 1, 20 do go(use, id) end -- in other states, each of which loads it
for _ = 1, 20 do torn = torn + out:recv() end
print(torn, scratch.calls)

--> expect sorted: 0	1200
--> expect sorted: 0	1200
