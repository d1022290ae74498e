-- A goroutine that has used none of its globals needs none to end: the module of which one is a part is not
-- loaded for that, and its failure replaces no traceback.
M = require "main_alone"
local function fail(t) return t.x end
local function body(what)
  if what == "use" then return M.f() end
  return (fail())
end
local function ends_with(what, wanted)
  local ok, err = pcall(function() go.task(body, what):join() end)
  return not ok and tostring(err):find(wanted, 1, true) ~= nil
end
-- Those of the first ones are open from the start, which takes the module.
for _ = 1, 4 do ends_with("end", "") end
for _ = 1, 4 do print(ends_with("end", "in upvalue 'fail'")) end
print(ends_with("use", "this module loads in main alone"))
--> expect: true
--> expect: true
--> expect: true
--> expect: true
--> expect: true
