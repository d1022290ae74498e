-- By any way of starting; the one that was given the limits tells of it, and no other.
local before = os.clock()
local t = go.task(go.limits { cpu = 0.05 }, function()
  local function spin() while true do pcall(function() while true do end end) end end
  for _ = 1, 3 do
    go(spin)
    go.here(spin)
    go.task(spin)
    go.sync.waitgroup():go(spin)
    go(function() go(spin) end)
  end
  chan():recv()
end)
print(t:result()) --> expect: false	cpu limit exceeded (0.05 s)
print(os.clock() - before < 0.5) --> expect: true
while go.runtime.goroutines() > 1 do go.sleep(0.001) end --> expect no error: limit
