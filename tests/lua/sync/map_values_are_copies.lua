local m, t = go.sync.map(), { n = 1 }
m:set("t", t)
t.n = 2
local a, b = m:get("t"), m:get("t")
print(a.n, a == b, a == t) --> expect: 1	false	false
