-- T41 TestDeadline, TestTimeout, TestWithCancelCanceledParent,
-- TestWithCancelSimultaneouslyCanceledParent.
local context = go.context
local root = context.background()
local function ends(ctx, want)
  assert(select { { recv = ctx }, { after = 20 } } == 1, "should have ended")
  assert(tostring(ctx:err()) == want, tostring(ctx:err()))
end
local late, canceled = "context deadline exceeded", "context canceled"

ends(context.with_deadline(root, go.time.now() + 0.02), late)
ends(context.with_cancel(context.with_deadline(root, go.time.now() + 0.02)), late)
local soon = context.with_deadline(root, go.time.now() + 0.02)
ends(context.with_deadline(soon, go.time.now() + 1000), late)
ends(context.with_deadline(root, go.time.now() - 1000), late)
ends(context.with_deadline(root, go.time.now()), late)
ends(context.with_timeout(root, 0.02), late)
ends(context.with_timeout(root, 0), late)
ends(context.with_timeout(root, -1), late)
ends(context.with_cancel(context.with_timeout(context.with_value(root, "k", 1), 0.02)), late)

local parent = context.with_cancel(root)
parent:cancel("because")
local child = context.with_cancel(parent)
ends(child, canceled)
assert(child:cause() == "because")

for _ = 1, 100 do
  local dying = context.with_cancel(root)
  go(function() dying:cancel() end)
  ends(context.with_cancel(dying), canceled)
end
print "exact" --> expect: exact
