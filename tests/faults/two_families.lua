-- (Go: TestDialParallel)  The second family gets its chance after 0.3 s, or when the first has failed.
local net = require "go.net"
local full = assert(net.listen("tcp4", "127.0.0.1:0", { backlog = 1 }))
local port = full:addr():match "%d+$"
local waiting = {}
repeat
  local c = net.dial("tcp", full:addr(), { timeout = 0.1 })
  waiting[#waiting + 1] = c
until not c

local function took(f, ...)
  local before = go.time.monotonic()
  local conn, message, code = net.dial("tcp", "two.invalid:" .. port, ...)
  f(conn, message, code)
  return go.time.monotonic() - before
end

local six = net.listen("tcp6", "[::1]:" .. port)
if six then
  local function is_six(conn, message)
    assert(conn, message)
    assert(conn:remote_addr() == six:addr())
  end
  local seconds = took(is_six, { timeout = 30 })
  assert(seconds >= 0.3 and seconds < 10, seconds)
  full:close() -- now it refuses
  waiting = nil
  local at_once = false
  for _ = 1, 10 do at_once = at_once or took(is_six) < 0.3 end
  assert(at_once)
  six:close()
end
full:close()
took(function(conn, message, code)
  assert(conn == nil and code == "refused", message)
end)
print "ok" --> expect: ok
