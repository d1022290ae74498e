local shared = { n = 0 }
local ch = chan(1)
ch:send { a = shared, b = shared }
local c = ch:recv()
c.a.n = 5
print(c.b.n, c.a == c.b) --> expect: 5	true
-- Also between the function and its arguments.
print(go.task(function(t) return t == shared end, shared):join()) --> expect: true
