local wg = go.sync.waitgroup()
wg:add(1)
wg:wait()
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
--> expect error: goroutine 1 [sync.WaitGroup.Wait]:
