local shapes = require "shapes"
print(go.task(function()
  return shapes == require "shapes", shapes.area(shapes.square(4))
end):join()) --> expect: true	16
