local t = { n = 1, list = { 1 } }
local f = go.freeze(t)
t.n, t.list[1] = 2, 2
print(f.n, f.list[1]) --> expect: 1	1
