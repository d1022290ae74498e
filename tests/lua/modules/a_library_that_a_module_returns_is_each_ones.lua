package.path = "../support/?.lua"
local function f(leave)
  local first = require "trimming"
  local own = first == string and require "trimming" == string and require "string" == string
  first.left = (first.left or 0) + leave
  return own, string.left, (" x "):trim()
end
for i = 1, 3 do print(go.task(f, i):join()) end
--> expect: true	1	x
--> expect: true	2	x
--> expect: true	3	x
go.task(function()
  for i = 4, 6 do print(go.task(f, i):join()) end
end):join()
--> expect: true	4	x
--> expect: true	5	x
--> expect: true	6	x
