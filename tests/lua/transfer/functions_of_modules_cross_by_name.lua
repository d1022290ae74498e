local area, square = require("shapes").area, require("shapes").square
print(go.task(function()
  local shapes = require "shapes"
  return area == shapes.area, square == shapes.square, area(square(5))
end):join()) --> expect: true	true	25
