-- (Go: TestDialTimeout, TestDialCancel)  A listener whose queue is full does not answer.
local net = require "go.net"
local l = net.listen("tcp", "127.0.0.1:0", { backlog = 1 })
local addr, waiting, unanswered = l:addr(), {}, 0
repeat
  local c, message, code = net.dial("tcp", addr, { timeout = 0.1 })
  waiting[#waiting + 1] = c
  assert(c or code == "timeout" and message == ("dial tcp %s: i/o timeout"):format(addr), message)
  unanswered = c and 0 or unanswered + 1
until unanswered == 3 -- one alone may have found the machine slow
assert(select(3, net.dial("tcp", "127.0.0.1:1", { timeout = 0 })) == "timeout")

local function is_canceled(conn, message, code)
  assert(conn == nil and code == "canceled", message)
  assert(message == ("dial tcp %s: operation was canceled"):format(addr), message)
end
local ctx = go.context.with_cancel(go.context.background())
go(function() go.sleep(0.02) ctx:cancel() end)
is_canceled(net.dial("tcp", addr, { ctx = ctx }))
is_canceled(net.dial("tcp", addr, { ctx = ctx }))

local c, message, code = net.dial("tcp", addr, { ctx = go.context.with_timeout(go.context.background(), 0.02) })
assert(c == nil and code == "timeout", message)

local task = go.task(function() return net.dial("tcp", addr) end)
go.sleep(0.02)
task:cancel()
assert(task:result() == false)

-- A context that ends later does not concern the connection.
l:close()
l = net.listen("tcp", "127.0.0.1:0")
ctx = go.context.with_timeout(go.context.background(), 10)
c = assert(net.dial("tcp", l:addr(), { ctx = ctx }))
ctx:cancel()
assert(c:write "x" and l:accept():read(1) == "x")
print "ok" --> expect: ok
