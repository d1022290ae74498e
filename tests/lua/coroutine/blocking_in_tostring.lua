local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i) end
end)
local t = setmetatable({}, { __tostring = function() return "value " .. ch:recv() end })
print(tostring(t), t)          --> expect: value 1	value 2
print(("%s"):format(t))        --> expect: value 3
