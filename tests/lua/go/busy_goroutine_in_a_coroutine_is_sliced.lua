--> procs: 1
go(function()
  coroutine.wrap(function() while true do end end)()
end)
go.sleep(0.02)
print "main runs" --> expect: main runs
