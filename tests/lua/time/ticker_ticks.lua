local t = go.time.ticker(0.005)
for _ = 1, 3 do select { { recv = t } } end
t:stop()
print "three ticks" --> expect: three ticks
