-- A receive gives as many results as the place wants, whether it had to wait or not.
local function pass(...) return select("#", ...), ... end

local function receives(ch, ready)
  local function sent()
    if ready then ready:recv() end
  end
  sent() ch:recv()
  sent() local a = ch:recv()
  sent() local b, c, d = ch:recv()
  sent() print(pass(ch:recv()))
  sent() print(pass(1, ch:recv()))
  sent() print(pass((ch:recv())))
  sent() local t = { ch:recv() }
  sent() local u = { n = 0, ch:recv(), 7 }
  print(a, b, c, d, #t, t[1], t[2], #u, u[1], u[2])
  local n = 0
  for v, extra in ch do
    n = n + v
    assert(extra == nil)
  end
  print(n)
end

local function run(ready, size)
  local ch, done = chan(size), chan()
  go(function()
    receives(ch, ready)
    done:send(true)
  end)
  for i = 1, 8 do
    if ready then ready:send(true) end
    ch:send(i)
  end
  for i = 1, 5 do ch:send(i) end
  ch:close()
  done:recv()
end

run(nil, 16)
run(nil, 0)
run(chan(), 0)
run(chan(), 1)
--> expect: 2	4	true
--> expect: 3	1	5	true
--> expect: 1	6
--> expect: 2	3	true	nil	2	7	true	2	8	7
--> expect: 15
--> expect: 2	4	true
--> expect: 3	1	5	true
--> expect: 1	6
--> expect: 2	3	true	nil	2	7	true	2	8	7
--> expect: 15
--> expect: 2	4	true
--> expect: 3	1	5	true
--> expect: 1	6
--> expect: 2	3	true	nil	2	7	true	2	8	7
--> expect: 15
--> expect: 2	4	true
--> expect: 3	1	5	true
--> expect: 1	6
--> expect: 2	3	true	nil	2	7	true	2	8	7
--> expect: 15
