-- A class that came in a message and an object of it that came later belong together.
local Class = {}
Class.__index = Class
function Class.hello() return "hello" end
local ch, out = chan(2), chan(2)
go(function()
  local class, object = ch:recv().class, ch:recv()
  out:send(getmetatable(object) == class)
  out:send(object.hello())
end)
ch:send { class = Class, sample = setmetatable({}, Class) }
ch:send(setmetatable({}, Class))
print((out:recv())) --> expect: true
print((out:recv())) --> expect: hello
