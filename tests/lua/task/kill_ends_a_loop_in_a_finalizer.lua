-- The finalizer ends, and the goroutine with it.
local started = chan(1)
local t = go.task(function()
  setmetatable({}, {
    __gc = function()
      started:try_send(true)
      while true do end
    end,
  })
  collectgarbage()
  print "never"
end)
started:recv()
t:kill()
print(t:result())

--> expect: false	killed
