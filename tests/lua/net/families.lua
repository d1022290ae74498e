-- A network with a number takes addresses of that family alone; one without takes both.
local net = require "go.net"
local v4, v6 = "127.0.0.1:0", "[::1]:0"
local has_six = net.listen("tcp", v6)
if has_six then has_six:close() end

for _, network in ipairs { "tcp", "udp" } do
  for family, addr in pairs { ["4"] = v4, ["6"] = has_six and v6 or nil } do
    local l = assert(net.listen(network .. family, addr))
    local own = network == "tcp" and l:addr() or l:local_addr()
    for _, name in ipairs { network, network .. family } do
      local c = assert(net.dial(name, own))
      assert(c:remote_addr() == own)
      c:write "here\n"
      local s = network == "tcp" and l:accept() or l
      assert((network == "tcp" and s:read "L" or s:read_some()) == "here\n")
      c:close()
    end
    local other = network .. (family == "4" and "6" or "4")
    local c, message, code = net.dial(other, own)
    assert(c == nil and code, message)
    l:close()
  end
end
print "ok" --> expect: ok
