local ch = chan(2)
print((select { { send = ch, value = nil } })) --> expect: 1
print((select { { send = ch } }))              --> expect: 1
print(ch:recv())                               --> expect: nil	true
print(ch:recv())                               --> expect: nil	true
