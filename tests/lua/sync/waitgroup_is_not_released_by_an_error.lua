-- As Go's: the program ends by the error, it does not go on.
local wg = go.sync.waitgroup()
wg:go(function() error "lost" end)
wg:wait()
print "must not be printed"
--> expect exit: 2
--> expect error: lost
