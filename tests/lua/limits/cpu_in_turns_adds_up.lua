-- It gives the thread up again and again.
local t = go.task(go.limits { cpu = 0.02 }, function()
  local here, there = chan(), chan()
  go(function() for v in here do there:send(v) end end)
  while true do
    here:send(1)
    there:recv()
    go.yield()
  end
end)
print(t:result()) --> expect: false	cpu limit exceeded (0.02 s)
