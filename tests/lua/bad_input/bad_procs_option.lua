package.path = "../support/?.lua;" .. package.path
local child = require "child"
for _, value in ipairs { "0", "-1", "many", "1.5", "''" } do
  local printed, status = child("print 'the script runs'", "--procs " .. value)
  assert(status == 1, value)
  assert(printed:find("--procs", 1, true), printed)
  assert(not printed:find("the script runs", 1, true), value)
end
print "refused" --> expect: refused
