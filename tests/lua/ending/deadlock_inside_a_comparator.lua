-- Also where the goroutine holds a thread while it waits.
table.sort({ 2, 1 }, function(a, b) return chan():recv() end)
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
