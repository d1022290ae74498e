local parent = go.context.with_timeout(go.context.background(), 0.02)
local child = go.context.with_timeout(parent, 1000)
select { { recv = child } }
print(tostring(child:err())) --> expect: context deadline exceeded
