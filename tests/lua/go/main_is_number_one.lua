print(go.id())                   --> expect: 1
print(math.type(go.id()))        --> expect: integer
print(coroutine.wrap(go.id)())   --> expect: 1
