-- T83 TestParentFinishesChild, TestChildFinishesFirst, TestCancelRemoves: a child that ends first
-- leaves nothing in its parent.
local context = go.context
local parent = context.with_cancel(context.background())
local function make(n)
  for _ = 1, n do
    context.with_cancel(parent):cancel()
    context.with_timeout(parent, 3600):cancel()
  end
  collectgarbage()
  collectgarbage()
  return collectgarbage "count"
end
make(100)
local before = make(100)
local after = make(5000)
assert(after - before < 300, "grew by " .. after - before .. " KB")
assert(parent:err() == nil)
local last = context.with_cancel(parent)
parent:cancel()
print(tostring(last:err())) --> expect: context canceled
