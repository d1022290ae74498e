-- go.exit ends main's goroutine; when the others are done too, nobody is left to return.
go(function()
  go.sleep(0.02)
  print "still here" --> expect: still here
end)
go.exit()
--> expect exit: 2
--> expect error: fatal error: no goroutines
--> expect error: deadlock!
