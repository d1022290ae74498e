local ch = chan()
for i = 1, 100 do go(function() ch:send(i) end) end
local sum = 0
for _ = 1, 100 do sum = sum + ch:recv() end
print(sum) --> expect: 5050
ch:recv()
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
