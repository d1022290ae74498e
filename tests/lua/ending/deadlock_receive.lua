print "before" --> expect: before
chan():recv()
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
--> expect error: goroutine 1 [chan receive]:
--> expect error: deadlock_receive.lua:2: in
