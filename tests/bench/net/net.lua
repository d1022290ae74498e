-- Servers and clocks for the network benchmark.   usage: net.lua WORK [PORT]; see run
local net = require "go.net"
local work, port = arg[1], arg[2]

local RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"
local SIZE = 512

local serve = {}

-- A fixed response for each request, which ends with an empty line.
function serve.http(conn)
  for line in conn:lines() do
    if line == "\r" and not conn:write(RESPONSE) then break end
  end
  conn:close()
end

function serve.echo(conn)
  local data = conn:read(SIZE)
  while data and conn:write(data) do data = conn:read(SIZE) end
  conn:close()
end

function serve.accept(conn) conn:close() end

-- How late a sleep of 50 us ends.
local function lateness()
  local late = {}
  for i = 1, 2000 do
    local before = go.time.monotonic()
    go.sleep(50e-6)
    late[i] = (go.time.monotonic() - before) * 1e6 - 50
  end
  table.sort(late)
  print(("sleep50_p50 %.0f us"):format(late[#late // 2]))
  print(("sleep50_p99 %.0f us"):format(late[#late * 99 // 100]))
end

if work == "sleep" then return lateness() end
local handle = serve[work]
for conn in assert(net.listen("tcp", "127.0.0.1:" .. port)) do go(handle, conn) end
