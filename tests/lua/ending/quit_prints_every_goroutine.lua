local blocked = dofile("../support/blocked.lua")
go(function()
  go.name "waiting"
  chan():recv()
end)
go.name "main"
go(function()
  blocked("waiting", "chan receive")
  blocked("main", "sleep")
  io.popen("kill -QUIT $PPID"):close() -- os.execute would keep it from us
end)
go.sleep(30)
--> expect exit: 2
--> expect error: goroutine 1 [sleep
--> expect error: [chan receive] "waiting":
