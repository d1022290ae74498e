-- Neither ending nor forgetting a long chain takes a deep stack.
local root = go.context.with_cancel(go.context.background())
local ctx = root
for i = 1, 100000 do ctx = i % 2 == 0 and go.context.with_cancel(ctx) or go.context.with_value(ctx, "n", i) end
root:cancel("the end")
print(ctx:cause(), ctx:value("n")) --> expect: the end	99999
root, ctx = nil, nil
go.runtime.gc()
go.runtime.gc()
print "forgotten" --> expect: forgotten
