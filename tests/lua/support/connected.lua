-- connected([network]): two ends of a connection, and the listener it came from (which is closed).
local net = require "go.net"
return function(network)
  network = network or "tcp"
  local l <close> = assert(net.listen(network, network == "unix" and "@" .. os.tmpname() or "127.0.0.1:0"))
  local a = assert(net.dial(network, l:addr()))
  return a, assert(l:accept())
end
