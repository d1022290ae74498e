-- A connection is closed while sixteen goroutines are in calls on it; the next one has its number at once.  All
-- of the first are told, and nobody gets anything of the second.
local net = require "go.net"
local l = assert(net.listen("unix", "@" .. os.tmpname()))
local slowest = 0
for round = 1, 40 do
  local a, b = net.dial("unix", l:addr()), l:accept()
  local ended = chan(16)
  for i = 1, 16 do
    go(function()
      local v, message, code
      if i % 4 == 0 then
        v, message, code = b:write(("x"):rep(1 << 19))
      else
        v, message, code = b:read(8)
      end
      ended:send(v == nil and code or "a value: " .. tostring(v))
    end)
  end
  if round % 2 == 0 then go.sleep(0.001) end
  local before = go.time.monotonic()
  assert(b:close())
  local c, d = net.dial("unix", l:addr()), l:accept()
  c:write "the next"
  d:write "the next"
  for _ = 1, 16 do
    local code = ended:recv()
    assert(code == "closed", code)
  end
  slowest = math.max(slowest, go.time.monotonic() - before)
  assert(d:read(8) == "the next" and c:read(8) == "the next")
  a:close() c:close() d:close()
end
assert(slowest < 5, slowest)
print "ok" --> expect: ok
