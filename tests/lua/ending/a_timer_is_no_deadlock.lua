local timer = go.time.timer(0.02)
select { { recv = timer } }
print "fired" --> expect: fired
