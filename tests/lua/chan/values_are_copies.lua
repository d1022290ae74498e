local ch = chan(2)
local t = { n = 1 }
ch:send(t)
t.n = 2
ch:send(t)
local a, b = ch:recv(), ch:recv()
print(a.n, b.n, a == b, a == t) --> expect: 1	2	false	false
