-- Also where the receiver never heard of the class.
local ch, out = chan(3), chan(2)
go(function()
  local a, b, c = ch:recv(), ch:recv(), ch:recv()
  out:send(getmetatable(a) == getmetatable(b))
  out:send(getmetatable(a) == getmetatable(c))
end)
local One, Other = {}, {}
ch:send(setmetatable({}, One))
ch:send(setmetatable({}, One))
ch:send(setmetatable({}, Other))
print((out:recv())) --> expect: true
print((out:recv())) --> expect: false
