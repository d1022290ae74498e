local ctx = go.context.with_cancel(go.context.background())
print(ctx:cause())         --> expect: nil
ctx:cancel("out of coffee")
print(ctx:cause())         --> expect: out of coffee
print(tostring(ctx:err())) --> expect: context canceled
ctx:cancel("something else")
print(ctx:cause())         --> expect: out of coffee
