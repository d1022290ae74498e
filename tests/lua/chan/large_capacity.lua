local ch = chan(100000)
for i = 1, 100000 do assert(ch:try_send(i)) end
print(ch:try_send(0), #ch) --> expect: false	100000
local sum = 0
ch:close()
for v in ch do sum = sum + v end
print(sum) --> expect: 5000050000
