local ch = chan(1)
ch:send("v")
local i, v = select { { recv = ch }, { recv = ch }, { recv = ch } }
print(i >= 1 and i <= 3, v, #ch) --> expect: true	v	0
