local function find() return math.own, string.own and string.own() end
go.task(function()
  local _ = math.max(1, 2) -- no reason to have the library
  require("math").own = 1
  getmetatable("").__index.own = function() return 2 end
  for _ = 1, 4 do print(go.task(find):join()) end
  --> expect: 1	2
  --> expect: 1	2
  --> expect: 1	2
  --> expect: 1	2
  require("math").own = 3
  print(go.task(find):join()) --> expect: 3	2
end):join()
go.task(function()
  for _ = 1, 4 do go.task(find):join() end
  require("math").own = 4
  print(go.task(find):join()) --> expect: 4	nil
end):join()
