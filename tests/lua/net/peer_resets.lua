-- A peer that goes with data unread resets the connection; no signal kills anybody.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
a:write "never read"
b:read_some(1)
b:close()
local v, message, code = a:read()
assert(v == nil and code == "reset" and message:find "connection reset by peer$", message)
for _ = 1, 5 do
  v, message, code = a:write(("x"):rep(100000))
end
assert(v == nil and code == "pipe" and message:find "broken pipe$", message)
print "ok" --> expect: ok
