local started = chan()
local t = go.task(function()
  started:close()
  while true do pcall(function() while true do end end) end
end)
started:recv()
t:kill()
print((t:result())) --> expect: false
