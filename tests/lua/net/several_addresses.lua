-- localhost may have two families: whoever answers is taken.
local net = require "go.net"
for _, host in ipairs(net.lookup "localhost") do
  local l = net.listen("tcp", (host:find ":" and "[%s]:0" or "%s:0"):format(host))
  if l then
    local port = l:addr():match "%d+$"
    for _ = 1, 20 do
      local c <close> = assert(net.dial("tcp", "localhost:" .. port, { timeout = 10 }))
      local s <close> = l:accept()
    end
    l:close()
    assert(select(3, net.dial("tcp", "localhost:" .. port)) == "refused")
  end
end
print "ok" --> expect: ok
