-- Mistakes of the script are raised and name the argument.
package.path = "../?.lua;" .. package.path
local raises = require "support.raises"
local net = require "go.net"
local a = require "support.connected"()
raises("bad argument #1 to 'read' (invalid format)", function() a:read "x" end)
raises("bad argument #2 to 'read' (invalid format)", function() a:read("l", "q") end)
raises("negative count", a.read, a, -1)
raises("positive count expected", a.read_some, a, 0)
raises("string expected, got table", a.write, a, {})
raises("conn expected", a.read, {})
raises("value expected", a.set_deadline, a)
raises("not a datagram socket", a.recv_from, a)
raises("unknown network sctp", net.listen, "sctp", "127.0.0.1:0")
raises("unknown network sctp", net.dial, "sctp", "127.0.0.1:1")
raises("backlog out of range", net.listen, "tcp", "127.0.0.1:0", { backlog = 0 })
raises("bad argument #3 to 'dial' (table expected, got number)", net.dial, "tcp", "127.0.0.1:1", 5)
local u = net.listen("udp", "127.0.0.1:0")
raises("a datagram socket has read_some", u.read, u)
raises("address expected", u.send_to, u, "x", "localhost:1")
print "ok" --> expect: ok
