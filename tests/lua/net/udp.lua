-- (Go: TestUDPZeroBytePayload, TestUDPReadTimeout)  Datagrams keep their bounds.
local net = require "go.net"
for _, addr in ipairs { "127.0.0.1:0", "[::1]:0" } do
  local u = net.listen("udp", addr)
  if u then
    local v = assert(net.dial("udp", u:local_addr()))
    assert(v:write "one" and v:write "" and v:write("th", "ree"))
    local data, from = u:recv_from()
    assert(data == "one" and from == v:local_addr())
    assert(u:read_some() == "")
    assert(u:read_some(3) == "thr") -- the rest of the datagram is gone
    assert(u:send_to("back", from))
    assert(v:read_some() == "back")
    u:set_read_deadline(0.01)
    assert(select(3, u:recv_from()) == "timeout")
    local w, message, code = v:write(("x"):rep(70000))
    assert(w == nil and code == "too_long", message)
    u:close()
    v:write "into the void"
    assert(select(3, v:read_some()) == "refused")
  end
end
print "ok" --> expect: ok
