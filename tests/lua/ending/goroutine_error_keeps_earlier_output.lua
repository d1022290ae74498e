print "printed before" --> expect: printed before
io.write "written before\n" --> expect: written before
go(function() error "boom" end)
chan():recv(30)
--> expect exit: 2
