local ch = chan(1)
print(ch:send("a", 0.01)) --> expect: true
print(ch:send("b", 0.01)) --> expect: false	timeout
print(ch:send("c", 0))    --> expect: false	timeout
ch:recv()
print(ch:send("d", 0))    --> expect: true
print(ch:recv())          --> expect: d	true
