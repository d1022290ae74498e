-- A goroutine that captures a module's function and starts while another one of its state loads that module
-- waits for it.  A cancellation that comes meanwhile is for its body to see: what the wait was for is not the script's doing.
--> env: LAGOON_DEBUG=place=one
package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local gate = chan(1)
package.preload.slow = function()
  gate:recv()
  return { f = function() return "the module's" end }
end
gate:send(true)
local f = require("slow").f

local loader = go.task(function()
  go.name "loader"
  require "slow"
end)
blocked("loader", "chan receive")

local task = go.task(function()
  local _, err = pcall(go.sleep, 60)
  return go.is_canceled(err), f()
end)
local function waits() return go.runtime.stacks():find("goroutine " .. task:id() .. " [join", 1, true) end
while not waits() do go.sleep(0.001) end
task:cancel()
gate:send(true)
print(task:join()) --> expect: true	the module's
