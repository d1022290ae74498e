local Class = {}
Class.__index = Class
function Class.version() return 1 end
local ch, out = chan(), chan()
go(function()
  for object in ch do out:send(object.version()) end
end)
ch:send(setmetatable({}, Class))
print((out:recv())) --> expect: 1
function Class.version() return 2 end
ch:send(setmetatable({}, Class))
print((out:recv())) --> expect: 1
print(Class.version()) --> expect: 2
ch:close()
