-- T9 TestLockedDeadlock2: main and another goroutine, which is tied to its thread, wait for ever.
go(function()
  go.runtime.lock_thread()
  select {}
end)
go.sleep(0.001)
go.runtime.lock_thread()
select {}
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
