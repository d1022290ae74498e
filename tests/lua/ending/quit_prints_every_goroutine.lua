go(function()
  go.name "waiting"
  chan():recv()
end)
os.execute "(sleep 0.1; kill -QUIT $PPID) &"
go.sleep(30)
--> expect exit: 2
--> expect error: goroutine 1 [sleep
--> expect error: [chan receive] "waiting":
