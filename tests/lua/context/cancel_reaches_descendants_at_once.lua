local root = go.context.with_cancel(go.context.background())
local child = go.context.with_value(root, "k", "v")
local grandchild = go.context.with_timeout(child, 1000)
root:cancel()
for _, ctx in ipairs { root, child, grandchild } do print(tostring(ctx:err())) end
--> expect: context canceled
--> expect: context canceled
--> expect: context canceled
