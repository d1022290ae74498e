go.sync.waitgroup():wait()
print "passed" --> expect: passed
