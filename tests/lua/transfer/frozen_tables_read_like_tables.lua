local f = go.freeze { "a", "b", "c", name = "n", inner = { deep = true } }
print(type(f), #f, f[2], f.name, f.inner.deep, f.none) --> expect: table	3	b	n	true	nil
local keys = 0
for _ in pairs(f) do keys = keys + 1 end
print(keys)                                            --> expect: 5
for i, v in ipairs(f) do assert(v == f[i] and i <= 3) end
print(next(f) ~= nil, table.concat(f, "-"), select("#", table.unpack(f))) --> expect: true	a-b-c	3
