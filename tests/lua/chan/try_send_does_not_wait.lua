local ch = chan(1)
print(ch:try_send(1))     --> expect: true
print(ch:try_send(2))     --> expect: false
print(chan():try_send(3)) --> expect: false
