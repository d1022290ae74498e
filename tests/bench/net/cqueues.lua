-- The same on cqueues: a coroutine for each connection, on one thread.   usage: cqueues.lua WORK [PORT]
local cqueues, socket = require "cqueues", require "cqueues.socket"
local work, port = arg[1], tonumber(arg[2])

local RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"
local SIZE = 512

local serve = {}

function serve.http(conn)
  for line in conn:lines "*L" do
    if line == "\r\n" and not (conn:write(RESPONSE) and conn:flush()) then break end
  end
end

function serve.echo(conn)
  local data = conn:read(SIZE)
  while data and conn:write(data) and conn:flush() do data = conn:read(SIZE) end
end

function serve.accept() end

local function lateness()
  local late = {}
  for i = 1, 2000 do
    local before = cqueues.monotime()
    cqueues.sleep(50e-6)
    late[i] = (cqueues.monotime() - before) * 1e6 - 50
  end
  table.sort(late)
  print(("sleep50_p50 %.0f us"):format(late[#late // 2]))
  print(("sleep50_p99 %.0f us"):format(late[#late * 99 // 100]))
end

local function answer(queue, handle)
  local listener = socket.listen { host = "127.0.0.1", port = port, nodelay = true }
  while true do
    local conn = listener:accept { nodelay = true }
    if conn then
      conn:setmode("b", "bf")
      conn:onerror(function(_, _, why) return why end)
      queue:wrap(function()
        handle(conn)
        conn:close()
      end)
    end
  end
end

local queue = cqueues.new()
if work == "sleep" then queue:wrap(lateness) else queue:wrap(answer, queue, serve[work]) end
assert(queue:loop())
