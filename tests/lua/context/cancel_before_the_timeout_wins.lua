local ctx = go.context.with_timeout(go.context.background(), 0.02)
ctx:cancel()
go.sleep(0.04)
print(tostring(ctx:err())) --> expect: context canceled
