-- The resolver holds up nobody, and a name that does not exist is a failure.
local net = require "go.net"
local found = assert(net.lookup "localhost")
local known = { ["127.0.0.1"] = true, ["::1"] = true }
assert(#found > 0 and known[found[1]])
assert(net.lookup("127.0.0.1")[1] == "127.0.0.1")
local ticks, stop = go.sync.atomic(0), chan()
go(function()
  while select { { recv = stop }, { after = 0.001 } } == 2 do ticks:add(1) end
end)
local hosts, message, code = net.lookup("no-such-host.invalid")
assert(hosts == nil and (code == "no_host" or code == "again"), message)
stop:close()
-- Without time to wait there is no answer, however fast it would come.
local ended = go.context.with_cancel(go.context.background())
ended:cancel()
for _ = 1, 200 do
  hosts, message, code = net.lookup("no-such-host.invalid", { timeout = 0 })
  assert(hosts == nil and code == "timeout" and message == "lookup no-such-host.invalid: i/o timeout")
  hosts, message, code = net.lookup("127.0.0.1", { ctx = ended })
  assert(hosts == nil and code == "canceled" and message == "lookup 127.0.0.1: operation was canceled")
end
print "ok" --> expect: ok
