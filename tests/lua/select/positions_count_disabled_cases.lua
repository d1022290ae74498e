local ch = chan(1)
ch:send(1)
print((select { { recv = false }, { recv = false }, { recv = ch } })) --> expect: 3
