local ctx = go.context.with_timeout(go.context.background(), 0)
select { { recv = ctx } }
print(tostring(ctx:err())) --> expect: context deadline exceeded
