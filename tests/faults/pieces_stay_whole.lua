-- Many write to one connection and many read from it, and no piece is mixed with another, whatever a call moves.
package.path = "../lua/?.lua;" .. package.path
local a, b = require "support.connected"()
local wg, readers = go.sync.waitgroup(), go.sync.waitgroup()
for i = 0, 15 do
  local line = string.char(97 + i):rep(40) .. "\n"
  wg:go(function() for _ = 1, 5 do assert(a:write(line:sub(1, 17), line:sub(18))) end end)
end
go(function() wg:wait() a:close_write() end)
local lines = chan(80)
for _ = 1, 4 do
  readers:go(function() for line in b:lines() do lines:send(line) end end)
end
readers:wait()
lines:close()
local n = 0
for line in lines do
  assert(line == line:sub(1, 1):rep(40), line)
  n = n + 1
end
print(n) --> expect: 80
