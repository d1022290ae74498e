local a = go.sync.atomic(math.maxinteger)
print(a:add(1) == math.mininteger) --> expect: true
