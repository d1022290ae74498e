-- read takes io's formats, several at once, and leaves the rest for the next.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
assert(a:write("one\ntwo\n", "12 0x1F -2.5e1 .5\n", "exactly", "\nthe rest\n"))
assert(a:close_write())

assert(b:read() == "one")
assert(b:read("L") == "two\n")
local w, x, y, z = b:read("n", "n", "n", "n")
assert(w == 12 and x == 31 and y == -25.0 and z == 0.5)
assert(b:read("l") == "")
assert(b:read(0) == "")
local exactly, line = b:read(7, "l")
assert(exactly == "exactly" and line == "")
assert(b:read("a") == "the rest\n")
assert(b:read("a") == "")

local function at_end(...)
  local v, message, code = b:read(...)
  assert(v == nil and message == "EOF" and code == "eof")
end
at_end() at_end("L") at_end(5) at_end(0) at_end("n")
print "ok" --> expect: ok
