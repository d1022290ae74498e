-- As those of any task; and of what outlives the task once, by the first of them.
local function burn() while true do end end
go.task(go.limits { cpu = 0.01 }, burn)
local ended = chan()
local t = go.task(go.limits { cpu = 0.02 }, function()
  for _ = 1, 5 do
    go(function()
      ended:recv()
      burn()
    end)
  end
  return "done"
end)
print(t:join())
ended:close()
while go.runtime.goroutines() > 1 do go.sleep(0.001) end
collectgarbage()
print "main goes on"
--> expect: done
--> expect: main goes on
--> expect error: that nobody collected: cpu limit exceeded (0.01 s)
--> expect error: lagoon: cpu limit exceeded (0.02 s)
--> expect exit: 2
