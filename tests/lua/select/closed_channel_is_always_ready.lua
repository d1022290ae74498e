local ch, never = chan(), chan()
ch:close()
for _ = 1, 3 do assert(select { { recv = never }, { recv = ch } } == 2) end
print "ready" --> expect: ready
