local wg = go.sync.waitgroup()
wg:add(5)
wg:add(-3)
wg:done()
wg:done()
wg:wait()
wg:add(0)
wg:wait()
print "passed" --> expect: passed
