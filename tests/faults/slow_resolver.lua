-- While the resolver takes its time, everybody else goes on; and who is tired of it may leave.
local net = require "go.net"
local ticks, stop = go.sync.atomic(0), chan()
go(function()
  while select { { recv = stop }, { after = 0.001 } } == 2 do ticks:add(1) end
end)
local before = go.time.monotonic()
local hosts, message, code = net.lookup("slow.invalid", { timeout = 0.02 })
assert(hosts == nil and code == "timeout", message)
assert(go.time.monotonic() - before < 0.3)

local conn
conn, message, code = net.dial("tcp", "slow.invalid:80", { timeout = 0.02 })
assert(conn == nil and code == "timeout", message)
assert(message == "dial tcp: lookup slow.invalid: i/o timeout", message)

local ctx = go.context.with_cancel(go.context.background())
go(function() go.sleep(0.01) ctx:cancel() end)
conn, message, code = net.dial("tcp", "slow.invalid:80", { ctx = ctx })
assert(conn == nil and code == "canceled", message)

local task = go.task(net.dial, "tcp", "slow.invalid:80")
go.sleep(0.01)
task:cancel()
assert(task:result() == false)

ticks:store(0)
hosts, message, code = net.lookup "slow.invalid"
assert(hosts == nil and code == "again", message)
assert(ticks:load() > 10, ticks:load())
stop:close()
print "ok" --> expect: ok
