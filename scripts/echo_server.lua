-- An echo server: what a client sends comes back.
--
--   lagoon scripts/echo_server.lua 127.0.0.1:7000      (and, elsewhere: nc 127.0.0.1 7000)
--
-- One goroutine for each connection, and straight-line code in it: reading waits for that client
-- alone.  Without an address the server talks to three clients of its own.
local net = require "go.net"

local function echo(conn)
  local data = conn:read_some()
  while data and conn:write(data) do data = conn:read_some() end
  conn:close()
end

local function serve(listener)
  for conn in listener do go(echo, conn) end
end

local listener = assert(net.listen("tcp", arg[1] or "127.0.0.1:0"))
if arg[1] then
  print("listening on " .. listener:addr())
  return serve(listener)
end

go(serve, listener)
local clients = {}
for i = 1, 3 do
  clients[i] = go.task(function()
    local conn <close> = assert(net.dial("tcp", listener:addr()))
    conn:write("hello from client ", i, "\n")
    return conn:read()
  end)
end
for _, client in ipairs(clients) do print(client:join()) end

--> expect: hello from client 1
--> expect: hello from client 2
--> expect: hello from client 3
