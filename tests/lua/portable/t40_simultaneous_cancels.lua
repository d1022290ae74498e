-- T40 TestSimultaneousCancels, TestInterlockedCancels: a tree of a hundred contexts, cancelled
-- everywhere at once.
local context = go.context
local tree = { (context.with_cancel(context.background())) }
for i = 2, 100 do tree[i] = context.with_cancel(tree[i // 2]) end
local wg = go.sync.waitgroup()
for i = 1, 100 do wg:go(function(ctx) ctx:cancel() end, tree[i]) end
for i = 1, 100 do select { { recv = tree[i] } } end
wg:wait()

-- Two that cancel each other.
local parent = context.with_cancel(context.background())
local child = context.with_cancel(parent)
go(function()
  parent:cancel()
  child:cancel()
end)
select { { recv = parent } }
select { { recv = child } }
print(tostring(parent:err()), tostring(child:err())) --> expect: context canceled	context canceled
