print(pcall(function() return chan():recv() end))
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
