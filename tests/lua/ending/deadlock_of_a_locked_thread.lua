go.runtime.lock_thread()
select {}
--> expect exit: 2
--> expect error: all goroutines are asleep - deadlock!
