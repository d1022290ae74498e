local ch = chan()
print(ch:send("ghost", 0.01)) --> expect: false	timeout
print(ch:try_recv())          --> expect: nil	false	empty
