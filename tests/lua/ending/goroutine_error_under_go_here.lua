go.here(function() error "boom" end)
chan():recv(30)
--> expect exit: 2
--> expect error: boom
--> expect error: created by goroutine 1
