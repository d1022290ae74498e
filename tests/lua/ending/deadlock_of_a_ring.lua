local channels = {}
for i = 1, 5 do channels[i] = chan() end
for i = 1, 5 do
  go(function(mine, other)
    mine:recv()
    other:send(i)
  end, channels[i], channels[i % 5 + 1])
end
channels[1]:recv()
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
