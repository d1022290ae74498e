local m = go.sync.mutex()
m:lock()
go(function() m:unlock() end)
m:lock()
print "locked again" --> expect: locked again
