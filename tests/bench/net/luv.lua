-- The same on luv: callbacks on one thread; timers are whole milliseconds.   usage: luv.lua WORK PORT
local uv = require "luv"
local work, port = arg[1], tonumber(arg[2])

local RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"

local serve = {}

function serve.http(conn)
  local text = ""
  conn:read_start(function(_, data)
    if not data then return conn:close() end
    text = text .. data
    while true do
      local _, last = text:find("\r\n\r\n", 1, true)
      if not last then break end
      text = text:sub(last + 1)
      conn:write(RESPONSE)
    end
  end)
end

function serve.echo(conn)
  conn:read_start(function(_, data)
    if not data then return conn:close() end
    conn:write(data)
  end)
end

function serve.accept(conn) conn:close() end

local server, handle = uv.new_tcp(), serve[work]
assert(server:bind("127.0.0.1", port))
assert(server:listen(4096, function()
  local conn = uv.new_tcp()
  server:accept(conn)
  conn:nodelay(true)
  handle(conn)
end))
uv.run()
