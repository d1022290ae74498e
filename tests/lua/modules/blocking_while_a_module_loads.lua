-- Goroutines that require one module at the same time all get it whole.
package.preload.slow = function()
  local m = {}
  go.sleep(0.01)
  m.ready = true
  return m
end
local out = chan()
for _ = 1, 10 do
  go(function() out:send(require("slow").ready) end)
end
local ready = 0
for _ = 1, 10 do ready = ready + (out:recv() and 1 or 0) end
print(ready) --> expect: 10
