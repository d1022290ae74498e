-- The shortest web server: one answer for every request, whatever it asks for.
--
--   lagoon scripts/http_fixed.lua 127.0.0.1:8080       (and: curl http://127.0.0.1:8080/)
--
-- A request ends with an empty line.  The connection is kept for the next one.
local net = require "go.net"

local RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"

local function answer(conn)
  for line in conn:lines() do
    if line == "\r" and not conn:write(RESPONSE) then break end
  end
  conn:close()
end

local function serve(listener)
  for conn in listener do go(answer, conn) end
end

local listener = assert(net.listen("tcp", arg[1] or "127.0.0.1:0"))
if arg[1] then
  print("listening on " .. listener:addr())
  return serve(listener)
end

go(serve, listener)
local conn <close> = assert(net.dial("tcp", listener:addr()))
for _ = 1, 2 do
  conn:write "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
  print((conn:read("l", "l", "l", "l")))
  print(conn:read(13))
end

--> expect: HTTP/1.1 200 OK
--> expect: Hello, World!
--> expect: HTTP/1.1 200 OK
--> expect: Hello, World!
