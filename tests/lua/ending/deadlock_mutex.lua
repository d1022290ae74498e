local m = go.sync.mutex()
m:lock()
m:lock()
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
--> expect error: goroutine 1 [sync.Mutex.Lock]:
