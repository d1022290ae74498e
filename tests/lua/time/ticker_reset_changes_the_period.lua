local t = go.time.ticker(1000)
t:reset(0.002)
for _ = 1, 3 do select { { recv = t } } end
t:stop()
print "ticked" --> expect: ticked
