-- T10 TestGoexitDeadlock: main's goroutine ends; when the others have ended too, nobody is left.
go(function()
  for _ = 1, 10 do go.yield() end
end)
go(function()
  for _ = 1, 10 do go.yield() end
  print "worked" --> expect: worked
end)
go.exit()
--> expect exit: 2
--> expect error: fatal error: no goroutines
