print "done" --> expect: done
