-- A line that comes in small pieces is looked through once; one larger than any buffer is whole.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local size = 3000000
go(function()
  local piece = ("x"):rep(1000)
  for _ = 1, size // 1000 do a:write(piece) end
  a:write "\nshort\n"
  a:write(("y"):rep(size))
  a:close()
end)
assert(#b:read() == size)
assert(b:read() == "short")
assert(#b:read(size - 5) == size - 5)
assert(b:read "a" == "yyyyy")
print "ok" --> expect: ok
