-- T35 TestIssue76126: an error in a function given to wg:go ends the program; it must not pass for
-- a finished one.
local wg = go.sync.waitgroup()
wg:go(function() error "failed inside" end)
wg:wait()
print "wait must not return"
--> expect exit: 2
--> expect error: failed inside
