-- (Go: TestVariousDeadlines)  Each ends its read, none early; also with many at once.
package.path = "../?.lua;" .. package.path
local connected = require "support.connected"
local wg = go.sync.waitgroup()
for _, seconds in ipairs { 1e-9, 1e-6, 50e-6, 1e-3, 5e-3, 0.01, 0.05, 0.1 } do
  for _ = 1, 5 do
    local a, b = connected "unix"
    wg:go(function()
      local before = go.time.monotonic()
      b:set_deadline(seconds)
      local v, message, code = b:read()
      assert(v == nil and code == "timeout", message)
      assert(go.time.monotonic() - before >= seconds)
      a:close()
    end)
  end
end
wg:wait()
print "ok" --> expect: ok
