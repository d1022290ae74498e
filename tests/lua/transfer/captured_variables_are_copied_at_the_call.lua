local n, gate, out = 1, chan(), chan()
go(function()
  gate:recv()
  out:send(n)
end)
n = 2
gate:close()
print((out:recv())) --> expect: 1
