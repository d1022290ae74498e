-- (Go: TestWriteTimeout)  A peer that does not read: what was written is told.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local big = ("x"):rep(1 << 26)
a:set_write_deadline(0.05)
local v, message, code, written = a:write(big)
assert(v == nil and code == "timeout", message)
assert(written > 0 and written < #big)
a:close()
assert(#b:read "a" == written)
print "ok" --> expect: ok
