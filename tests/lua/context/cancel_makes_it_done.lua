local ctx = go.context.with_cancel(go.context.background())
print(ctx:err())                        --> expect: nil
ctx:cancel()
print((select { { recv = ctx } }))      --> expect: 1
print(tostring(ctx:err()))              --> expect: context canceled
