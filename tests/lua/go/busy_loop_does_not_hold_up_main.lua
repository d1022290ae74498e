--> procs: 1
go(function() while true do end end)
go.sleep(0.02)
print "main runs" --> expect: main runs
