-- An address that is no address is a failure of the world: it may come from a user.
local net = require "go.net"
for _, addr in ipairs { "", "127.0.0.1", "::1:80", "127.0.0.1:http", "127.0.0.1:99999", "127.0.0.1:" } do
  local conn, message, code = net.dial("tcp", addr)
  print(conn, message, code)
end
--> expect: nil	dial tcp: missing address	address
--> expect: nil	dial tcp: address 127.0.0.1: missing port in address	address
--> expect: nil	dial tcp: address ::1:80: too many colons in address	address
--> expect: nil	dial tcp: address 127.0.0.1:http: invalid port	address
--> expect: nil	dial tcp: address 127.0.0.1:99999: invalid port	address
--> expect: nil	dial tcp: address 127.0.0.1:: invalid port	address
