local ctx = go.context.background()
print(ctx:err())                                  --> expect: nil
print((select { { recv = ctx }, { after = 0.01 } })) --> expect: 2
