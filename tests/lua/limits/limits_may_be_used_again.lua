-- Each task has all of them; other goroutines may use them, too.
local l = go.limits { cpu = 0.2, memory = 4 << 20 }
local function some() local t0 = os.clock() repeat until os.clock() - t0 > 0.04 return #("x"):rep(1 << 20) end
for _ = 1, 6 do assert(go.task(l, some):join() == 1 << 20) end
local ch = chan(1)
ch:send(l)
print(ch:recv() == l)                                             --> expect: true
print(go.task(function() return go.task(l, some):join() end):join()) --> expect: 1048576
