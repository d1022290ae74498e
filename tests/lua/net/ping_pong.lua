-- (Go: TestTCPStress)  Byte for byte.
package.path = "../?.lua;" .. package.path
local connected = require "support.connected"
local wg = go.sync.waitgroup()
for i = 1, 4 do
  local a, b = connected(i % 2 == 0 and "tcp" or "unix")
  local message = {}
  for k = 1, 512 do message[k] = string.char((i * k) % 256) end
  local text = table.concat(message)
  wg:go(function() for _ = 1, 1000 do assert(b:write(b:read(512))) end b:close() end)
  wg:go(function()
    for _ = 1, 1000 do
      a:write(text)
      assert(a:read(512) == text)
    end
    assert(select(3, a:read(1)) == "eof")
  end)
end
wg:wait()
print "ok" --> expect: ok
