local ctx = go.context.with_cancel(go.context.background())
local child = go.context.with_cancel(ctx)
print(ctx:cancel(), ctx:cancel(), child:cancel()) --> expect: true	false	false
print(go.context.background():cancel())           --> expect: false
