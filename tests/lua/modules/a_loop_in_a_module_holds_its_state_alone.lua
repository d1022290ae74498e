-- A goroutine that loops inside a module for ever: those of other states run, on one processor too, and it
-- can be killed.
local hog = go.task(function()
  local scratch = require "scratch"
  scratch.spin()
end)
local sum, out = 0, chan()
for i = 1, 10 do
  go(function()
    local n = 0
    for k = 1, 20000 do n = n + 1 end
    go.sleep(0.001)
    out:send(n)
  end)
end
local start = go.time.monotonic()
local function soon() return go.time.monotonic() - start < 5 end
-- Some of them may have been put behind the hog, in its state.
local got = 0
while got < 5 and soon() do
  local n = out:recv(0.1)
  if n then got = got + 1 sum = sum + n end
end
hog:kill()
print(hog:result())
for _ = got + 1, 10 do sum = sum + out:recv() end
print(sum)

--> expect sorted: false	killed
--> expect sorted: 200000
