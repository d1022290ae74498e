-- A proxy: whoever connects here talks to somebody else.
--
--   lagoon scripts/tcp_proxy.lua 127.0.0.1:8080 example.org:80
--
-- Two goroutines for each connection, one in each direction.  When a side has said all it wants to
-- say, the other is told so, and may still answer.
local net = require "go.net"

local function copy(from, to)
  local data = from:read_some()
  while data and to:write(data) do data = from:read_some() end
  to:close_write()
end

local function forward(client, addr)
  local server <close>, why = net.dial("tcp", addr, { timeout = 10 })
  if server then
    local answers = go.task(copy, server, client)
    copy(client, server)
    answers:join()
  else
    io.stderr:write(why, "\n")
  end
  client:close()
end

local function serve(listener, addr)
  for client in listener do go(forward, client, addr) end
end

local listener = assert(net.listen("tcp", arg[1] or "127.0.0.1:0"))
if arg[2] then
  print("listening on " .. listener:addr())
  return serve(listener, arg[2])
end

-- Without addresses: a server that shouts, and a client that talks to it by way of the proxy.
local shouter = assert(net.listen("tcp", "127.0.0.1:0"))
go(function()
  for conn in shouter do
    go(function()
      local all = conn:read "a"
      conn:write(all:upper())
      conn:close()
    end)
  end
end)
go(serve, listener, shouter:addr())

local conn <close> = assert(net.dial("tcp", listener:addr()))
conn:write "hello, "
conn:write "is anybody there?"
conn:close_write()
print(conn:read "a")

--> expect: HELLO, IS ANYBODY THERE?
