local tick = go.time.tick(0.002)
for _ = 1, 3 do select { { recv = tick } } end
print "ticked" --> expect: ticked
