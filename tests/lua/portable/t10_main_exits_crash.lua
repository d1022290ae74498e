-- T10 TestGoexitCrash: main's goroutine has ended, and another one fails.
go(function()
  for _ = 1, 10 do go.yield() end
  error "failed later"
end)
go.exit()
--> expect exit: 2
--> expect error: failed later
--> expect no error: no goroutines
