-- Whoever looks up a name that is being looked up waits for that answer: the resolver is asked once.  One of
-- them may leave, the first one too, and the others have their answer all the same.
local net = require "go.net"
local COUNT = 40

local function waiting()
  return select(2, go.runtime.stacks():gsub("%[join%]:\n\t[^\n]*'call'", ""))
end
-- Until all but the one that asks wait for its answer.
local function until_waiting(n)
  while waiting() < n do go.sleep(0.001) end
end

local first = go.task(net.lookup, "gate.invalid")
local tasks = {}
local leaves = go.context.with_cancel(go.context.background())
for i = 1, COUNT do tasks[i] = go.task(net.lookup, "gate.invalid", i == 2 and { ctx = leaves } or nil) end
local dialled = go.task(net.dial, "tcp", "gate.invalid:1")
until_waiting(COUNT + 1)
first:cancel()
tasks[1]:cancel()
assert(not first:result() and not tasks[1]:result())
leaves:cancel()
local _, hosts, message, code = tasks[2]:result()
assert(hosts == nil and code == "canceled", message)
local other = go.task(net.lookup, "localhost") -- is no such name, and waits for nobody
assert(select(2, other:result()))

net.lookup "open.invalid"
for i = 3, COUNT do
  _, hosts, message = tasks[i]:result()
  assert(hosts and #hosts == 1 and hosts[1] == "127.0.0.1", message or hosts[1])
end
_, hosts, message = dialled:result()
assert(hosts == nil and message:find("127.0.0.1:1", 1, true), message)

-- Who comes after the answer asks anew.
net.lookup "open.invalid"
assert(net.lookup("gate.invalid")[1] == "127.0.0.2")

hosts, message, code = net.lookup "open.invalid"
assert(hosts == nil and message == "lookup open.invalid: no such host" and code == "no_host", message)
print "ok" --> expect: ok
