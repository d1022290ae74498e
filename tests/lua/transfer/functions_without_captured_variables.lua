local ch = chan(1)
ch:send(function(a) return a + 1 end)
print(ch:recv()(1)) --> expect: 2
