local ch = chan(2)
ch:send("v")
print(select { { recv = ch } }) --> expect: 1	v	true
ch:close()
print(select { { recv = ch } }) --> expect: 1	nil	false
