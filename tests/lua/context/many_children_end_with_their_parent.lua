local root, children = go.context.with_cancel(go.context.background()), {}
for i = 1, 1000 do children[i] = go.context.with_cancel(root) end
root:cancel()
local done = 0
for _, ctx in ipairs(children) do done = done + (ctx:err() and 1 or 0) end
print(done) --> expect: 1000
