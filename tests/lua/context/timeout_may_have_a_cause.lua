local ctx = go.context.with_timeout(go.context.background(), 0.005, { reason = "too slow" })
local child = go.context.with_cancel(ctx)
print(child:wait())                          --> expect: true
print(child:err(), child:cause().reason)     --> expect: context deadline exceeded	too slow
