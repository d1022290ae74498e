-- A hook that computes for long keeps nobody from running, in its own worker state or elsewhere.
local done = 0
local far = chan(1)
go.here(function() done = 1 end)
go(function() far:send(true) end)
local function hook()
  debug.sethook()
  while done == 0 do end
  while not far:try_recv() do end
  done = 2
end
debug.sethook(hook, "l")
local x = 1
print(done)

--> expect: 2
