local ctx = go.context.with_cancel(go.context.background())
ctx:cancel()
ctx:cancel()
print(tostring(ctx:err())) --> expect: context canceled
