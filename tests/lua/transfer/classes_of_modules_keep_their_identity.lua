local shapes = require "shapes"
local ch, out = chan(1), chan(3)
go(function()
  local s = ch:recv()
  out:send(getmetatable(s) == require("shapes").Square)
  out:send(s:area())
  out:send(s)
end)
ch:send(shapes.square(6))
print((out:recv()))                                --> expect: true
print((out:recv()))                                --> expect: 36
local back = out:recv()
print(getmetatable(back) == shapes.Square, back == shapes.square(6)) --> expect: true	true
