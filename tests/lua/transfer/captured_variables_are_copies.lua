local n, t = 1, { n = 1 }
local out = chan()
go(function()
  n = n + 1
  t.n = t.n + 1
  out:send(n)
  out:send(t.n)
end)
print((out:recv()), (out:recv())) --> expect: 2	2
print(n, t.n)                     --> expect: 1	1
