-- (Go: TestReadTimeout, TestReadTimeoutMustNotReturn, TestReadTimeoutUnblocksRead)
package.path = "../?.lua;" .. package.path
local connected = require "support.connected"
for _, network in ipairs { "tcp", "unix" } do
  local a, b = connected(network)
  a:write "data"
  b:set_read_deadline(0)
  local v, message, code = b:read(4)
  assert(v == nil and code == "timeout" and message:find "i/o timeout$", message)
  b:set_read_deadline(nil)
  assert(b:read(4) == "data")

  b:set_deadline(0.01)
  assert(select(3, b:read()) == "timeout")
  assert(select(3, b:write "x") == "timeout")
  b:set_deadline(nil)

  -- A deadline set by another goroutine ends a read that waits.
  local task = go.task(function() return b:read() end)
  go.sleep(0.01)
  b:set_read_deadline(0)
  assert(select(3, task:join()) == "timeout")

  -- What had come before the deadline is there afterwards.
  b:set_read_deadline(0.02)
  a:write "half "
  assert(select(3, b:read()) == "timeout")
  b:set_read_deadline(nil)
  a:write "a line\n"
  assert(b:read() == "half a line")
end
print "ok" --> expect: ok
