local out = chan()
for i = 1, 10000 do go(function() out:send(i) end) end
local sum = 0
for _ = 1, 10000 do sum = sum + out:recv() end
print(sum) --> expect: 50005000
