local t = { 1, 2, inner = { name = "x", list = { "a", "b" } } }
local ch = chan(1)
ch:send(t)
t.inner.name = "changed"
local copy = ch:recv()
print(copy[1], copy[2], copy.inner.name, copy.inner.list[2]) --> expect: 1	2	x	b
copy.inner.list[2] = "mine"
print(t.inner.list[2])                                        --> expect: b
