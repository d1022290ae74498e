select { { recv = false }, { send = false, value = 1 } }
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
--> expect error: goroutine 1 [select (no cases)]:
