local ch = chan(2)
ch:send(false)
ch:send(1)
ch:close()
for v in ch do print(v) end
--> expect: false
--> expect: 1
