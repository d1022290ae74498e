local ctx = go.context.with_timeout(go.context.background(), 0.01)
print(ctx:err())                   --> expect: nil
print((select { { recv = ctx } })) --> expect: 1
print(tostring(ctx:err()))         --> expect: context deadline exceeded
