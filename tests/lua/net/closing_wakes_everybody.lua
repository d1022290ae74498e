-- (Go: TestCloseUnblocksRead, TestListenerClose)  Readers, writers, acceptors and selects.
package.path = "../?.lua;" .. package.path
local net = require "go.net"
local connected = require "support.connected"
local wg = go.sync.waitgroup()
local a, b = connected()
local l = net.listen("tcp", "127.0.0.1:0")
local codes = chan(64)
for _ = 1, 8 do
  wg:go(function() codes:send(select(3, b:read())) end)
  wg:go(function() codes:send(select(3, l:accept())) end)
  wg:go(function() codes:send(select { { recv = b, function(v, ok) return ok == false and "closed" end } }) end)
end
wg:go(function() codes:send(select(3, b:write(("x"):rep(1 << 26)))) end)
go.sleep(0.02)
assert(b:close() and l:close())
wg:wait()
codes:close()
local n = 0
for code in codes do assert(code == "closed", code) n = n + 1 end
assert(n == 25)
assert(select(2, b:read()) == "read tcp: use of closed network connection")
assert(select(2, l:accept()) == "accept tcp: use of closed network connection")
assert(select(3, b:close()) == "closed" and select(3, l:close()) == "closed")
print "ok" --> expect: ok
