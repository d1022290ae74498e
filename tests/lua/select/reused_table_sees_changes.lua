local a, b = chan(1), chan(1)
local cases = { { recv = a }, { recv = b } }
a:send(1)
b:send(2)
cases[1].recv = false
print(select(cases)) --> expect: 2	2	true
cases[1].recv = a
print(select(cases)) --> expect: 1	1	true
