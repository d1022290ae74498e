-- T9 TestLockedDeadlock: a goroutine tied to its thread waits for ever.
go.runtime.lock_thread()
select {}
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
