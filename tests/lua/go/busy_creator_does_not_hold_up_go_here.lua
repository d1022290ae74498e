-- Sharing memory does not mean waiting politely: goroutines of one state are time-sliced too.
local flag = false
go.here(function() flag = true end)
while not flag do end
print "sliced" --> expect: sliced
