-- <close> closes, and is quiet about what is closed already.
local net = require "go.net"
local l, c
do
  local x <close> = net.listen("tcp", "127.0.0.1:0")
  local y <close> = net.dial("tcp", x:addr())
  l, c = x, y
  y:close()
end
assert(select(3, l:accept()) == "closed" and select(3, c:read()) == "closed")
assert(tostring(c):find "^conn%(tcp, closed%)" and tostring(l):find "^listener%(tcp, closed%)")
print "ok" --> expect: ok
