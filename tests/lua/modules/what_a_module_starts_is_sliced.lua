-- A copy of a module's function is the goroutine's own: it does not keep its state from others.
--> env: LAGOON_DEBUG=place=one
local ch = chan(1)
local poller = go.task(function()
  local scratch = require "scratch"
  local poll = scratch.poller()
  go.task(poll, ch):join()
end)
go.sleep(0.02)
local sender = go.task(function() ch:send(true) end)
print(sender:join())
print(poller:join())

--> expect:
--> expect:
