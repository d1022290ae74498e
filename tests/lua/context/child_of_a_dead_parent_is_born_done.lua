local parent = go.context.with_cancel(go.context.background())
parent:cancel()
local child = go.context.with_timeout(parent, 1000)
print(tostring(child:err()))           --> expect: context canceled
print((select { { recv = child } }))   --> expect: 1
