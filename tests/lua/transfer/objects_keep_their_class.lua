local Point = {}
Point.__index = Point
Point.__add = function(a, b) return Point.new(a.x + b.x, a.y + b.y) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Point.__tostring = function(p) return "(" .. p.x .. ", " .. p.y .. ")" end
function Point.new(x, y) return setmetatable({ x = x, y = y }, Point) end
function Point:norm2() return self.x ^ 2 + self.y ^ 2 end
local ch, out = chan(1), chan(4)
go(function()
  local p = ch:recv()
  out:send(getmetatable(p) == Point)
  out:send(p:norm2())
  out:send(tostring(p + Point.new(1, 1)))
  out:send(p)
end)
ch:send(Point.new(3, 4))
print((out:recv())) --> expect: true
print((out:recv())) --> expect: 25.0
print((out:recv())) --> expect: (4, 5)
local back = out:recv()
print(getmetatable(back) == Point, back == Point.new(3, 4)) --> expect: true	true
