-- Each write is one piece, each read takes one, however many do it.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local wg = go.sync.waitgroup()
for i = 0, 15 do
  local line = string.char(97 + i):rep(20000) .. "\n"
  wg:go(function() for _ = 1, 20 do assert(a:write(line:sub(1, 10000), line:sub(10001))) end end)
end
go(function() wg:wait() a:close() end)
local lines = chan(320)
local readers = go.sync.waitgroup()
for _ = 1, 4 do
  readers:go(function() for line in b:lines() do lines:send(line) end end)
end
readers:wait()
lines:close()
local n = 0
for line in lines do
  assert(line == line:sub(1, 1):rep(20000))
  n = n + 1
end
print(n) --> expect: 320
