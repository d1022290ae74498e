coroutine.wrap(function() chan():recv() end)()
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
--> expect error: deadlock_inside_a_coroutine.lua:1: in
