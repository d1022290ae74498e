local root = go.context.with_cancel(go.context.background())
local ctx = go.context.without_cancel(go.context.with_value(root, "k", "v"))
root:cancel()
print(ctx:err(), ctx:value("k"))            --> expect: nil	v
print(go.context.with_cancel(ctx):err())    --> expect: nil
