local gate = chan()
local t = go.task(function() gate:recv() end)
t:join()
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
