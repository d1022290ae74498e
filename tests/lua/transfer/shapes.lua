-- A module for the tests beside it.
local shapes = {}

local Square = {}
Square.__index = Square
Square.__eq = function(a, b) return a.side == b.side end
shapes.Square = Square

function Square:area() return self.side * self.side end

function shapes.square(side) return setmetatable({ side = side }, Square) end

function shapes.area(shape) return shape.side * shape.side end

return shapes
