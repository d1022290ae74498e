-- What fails is told in Go's words: the call, the network, the addresses, the reason; and by a code.
package.path = "../?.lua;" .. package.path
local net = require "go.net"
local function fails(expected, code, ok, message, got)
  assert(ok == nil and message == expected and got == code, ("%s (%s)"):format(message, got))
end
local l = net.listen("tcp", "127.0.0.1:0")
local addr = l:addr()
local in_use = "listen tcp " .. addr .. ": bind: address already in use"
fails(in_use, "in_use", net.listen("tcp", addr))
local c = net.dial("tcp", addr)
local s = l:accept()
local both = c:local_addr() .. "->" .. addr
assert(s:local_addr() == addr and s:remote_addr() == c:local_addr() and c:remote_addr() == addr)
c:set_deadline(0)
fails("read tcp " .. both .. ": i/o timeout", "timeout", c:read())
fails("write tcp " .. both .. ": i/o timeout", "timeout", c:write "x")
c:set_deadline(nil)
c:close_write()
fails("write tcp " .. both .. ": broken pipe", "pipe", c:write "x")
fails("EOF", "eof", s:read())
s:close()
fails("EOF", "eof", c:read())
c:close()
fails("read tcp: use of closed network connection", "closed", c:read())
fails("write tcp: use of closed network connection", "closed", c:write "x")
fails("close tcp: use of closed network connection", "closed", c:close())
fails("accept tcp " .. addr .. ": i/o timeout", "timeout", l:accept(0))
l:close()
fails("accept tcp: use of closed network connection", "closed", l:accept())
fails("dial tcp " .. addr .. ": connect: connection refused", "refused", net.dial("tcp", addr))
fails("dial tcp: address nowhere: missing port in address", "address", net.dial("tcp", "nowhere"))
fails("dial tcp: missing address", "address", net.dial("tcp", ""))
fails("listen tcp: address ::1:80: too many colons in address", "address", net.listen("tcp", "::1:80"))
fails("dial unix /no/such/socket: connect: no such file or directory", "not_found", net.dial("unix", "/no/such/socket"))
local _, message = pcall(net.dial, "tcp5", addr)
assert(message:find "unknown network tcp5$", message)
print "ok" --> expect: ok
