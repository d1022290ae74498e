local t = go.task(go.limits { memory = 1 << 20 }, function()
  local t = {}
  setmetatable({}, { __gc = function() for i = 1, math.huge do t[i] = {} end end })
  while true do pcall(collectgarbage) end
end)
print(t:result()) --> expect: false	memory limit exceeded (1048576 bytes)
