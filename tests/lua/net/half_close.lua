-- (Go: TestCloseWrite)  The other side reads the end and can still answer.
package.path = "../?.lua;" .. package.path
local connected = require "support.connected"
for _, network in ipairs { "tcp", "unix" } do
  local a, b = connected(network)
  a:write "question"
  assert(a:close_write())
  assert(b:read "a" == "question")
  assert(b:write "answer")
  b:close()
  assert(a:read "a" == "answer")
  assert(select(3, a:write "more") == "pipe")
end
print "ok" --> expect: ok
