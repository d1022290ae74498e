-- Which ports of a machine are open?  Many dials at once, but never more than 100, and each with its own limit.
--
--   lagoon scripts/port_scan.lua localhost 1 1024
--
-- A group with a limit starts the next dial when one is through; the context ends them all if the
-- whole takes too long.
local net = require "go.net"

local function scan(host, ports, seconds, seconds_each)
  local ctx <close> = go.context.with_timeout(go.context.background(), seconds)
  local dials <close> = go.group(ctx)
  local found = chan(#ports)
  dials:limit(100)
  for _, port in ipairs(ports) do
    dials:go(function()
      local conn = net.dial("tcp", host .. ":" .. port, { timeout = seconds_each, ctx = ctx })
      if conn then
        conn:close()
        found:send(port)
      end
    end)
  end
  dials:wait()
  found:close()
  local open = {}
  for port in found do open[#open + 1] = port end
  table.sort(open)
  return open
end

if arg[1] then
  local ports = {}
  for port = tonumber(arg[2] or 1), tonumber(arg[3] or 1024) do ports[#ports + 1] = port end
  for _, port in ipairs(scan(arg[1], ports, 60, 1)) do print(port) end
  return
end

-- Without arguments: three ports that are open among two hundred.
local listeners, ports = {}, {}
for i = 1, 3 do
  listeners[i] = assert(net.listen("tcp", "127.0.0.1:0"))
  local port = tonumber(listeners[i]:addr():match "%d+$")
  ports[#ports + 1] = port
end
local mine = {}
for _, port in ipairs(ports) do mine[port] = true end
for port = 2, 198 do ports[#ports + 1] = port end
local count = 0
for _, port in ipairs(scan("127.0.0.1", ports, 30, 30)) do
  if mine[port] then count = count + 1 end
end
print(count .. " of 3 found")

--> expect: 3 of 3 found
