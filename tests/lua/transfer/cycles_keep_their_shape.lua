local t = { name = "loop" }
t.self = t
t.list = { t, t }
local ch = chan(1)
ch:send(t)
local c = ch:recv()
print(c ~= t, c.self == c, c.list[1] == c, c.list[2] == c) --> expect: true	true	true	true
