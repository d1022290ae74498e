local ch = chan(1)
print(ch:send(1)) --> expect: true
