-- (Go: TestTCPConcurrentAccept)
local net = require "go.net"
local l = net.listen("tcp", "127.0.0.1:0")
local wg, accepted = go.sync.waitgroup(), go.sync.atomic(0)
for _ = 1, 10 do
  wg:go(function() for c in l do accepted:add(1) c:write "x" c:close() end end)
end
local dials = go.sync.waitgroup()
for _ = 1, 100 do
  dials:go(function()
    local c <close> = assert(net.dial("tcp", l:addr()))
    assert(c:read "a" == "x")
  end)
end
dials:wait()
l:close()
wg:wait()
print(accepted:load()) --> expect: 100
