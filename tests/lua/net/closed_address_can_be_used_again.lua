-- (Go: TestTCPListenAfterClose)  When close returns, nobody has the address any more.
local net = require "go.net"
local first = net.listen("tcp", "127.0.0.1:0")
local addr = first:addr()
first:close()
for _ = 1, 100 do
  local l = assert(net.listen("tcp", addr))
  local task = go.task(function() return l:accept() end)
  if math.random(2) == 1 then go.yield() end
  l:close()
  assert(select(3, task:join()) == "closed")
  assert(select(3, net.dial("tcp", addr)) == "refused")
end
print "ok" --> expect: ok
