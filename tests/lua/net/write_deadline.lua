-- (Go: TestWriteTimeout)  A peer that does not read: what was written is told.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local big = ("x"):rep(1 << 26)
local written
for _, seconds in ipairs { 0.05, 0.5, 5 } do
  a:set_write_deadline(seconds)
  local v, message, code
  v, message, code, written = a:write(big)
  assert(v == nil and code == "timeout", message)
  if written > 0 then break end -- else it was over before the write began
end
assert(written > 0 and written < #big)
a:close()
assert(#b:read "a" == written)
print "ok" --> expect: ok
