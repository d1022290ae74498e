local ch = chan(1)
ch:send(5)
print(select { { recv = ch, function(v) return v * 2, "more", nil end } }) --> expect: 10	more	nil
