-- A fixed HTTP response for each request read from the socket, keep-alive.   usage: http_fixed.lua PORT
local net = require "go.net"

local RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"

local function serve(conn)
  for line in conn:lines() do
    if #line <= 1 and not conn:write(RESPONSE) then break end
  end
  conn:close()
end

local listener = assert(net.listen("tcp", "127.0.0.1:" .. (arg[1] or "0")))
for conn in listener do go(serve, conn) end
