local gate, out = chan(), chan(10)
local t = go.task(function() return (gate:recv()) end)
for _ = 1, 10 do go(function() out:send(t:join()) end) end
gate:send(5)
local sum = 0
for _ = 1, 10 do sum = sum + out:recv() end
print(sum) --> expect: 50
