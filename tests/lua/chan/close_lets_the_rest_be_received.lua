local ch = chan(3)
ch:send(1)
ch:send(2)
ch:close()
print(#ch)       --> expect: 2
print(ch:recv()) --> expect: 1	true
print(ch:recv()) --> expect: 2	true
print(ch:recv()) --> expect: nil	false	closed
print(ch:recv()) --> expect: nil	false	closed
print(ch:recv(1)) --> expect: nil	false	closed
print(ch:try_recv()) --> expect: nil	false	closed
