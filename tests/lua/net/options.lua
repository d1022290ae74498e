-- Options of listeners and connections.
local net = require "go.net"
local l = assert(net.listen("tcp", "127.0.0.1:0", { reuseport = true, backlog = 10 }))
local second = assert(net.listen("tcp", l:addr(), { reuseport = true }))
assert(select(3, net.listen("tcp", l:addr())) == "in_use")
second:close()
local c = assert(net.dial("tcp", l:addr(), { nodelay = false, keepalive = false }))
assert(c:set_nodelay(true) and c:set_keepalive(true))
c:close()
assert(select(3, c:set_nodelay(true)) == "closed")
assert(select(3, l:accept(0)) == "timeout") -- although somebody has called
l:set_deadline(0)
assert(select(3, l:accept()) == "timeout")
l:set_deadline(nil)
print "ok" --> expect: ok
