-- T42 TestCause, TestCauseRace: why a context ended.  The sub-cases that need no cause for a
-- timeout and no context cut off from its parent.
local context = go.context
local root = context.background()
local canceled, late = "context canceled", "context deadline exceeded"
local function is(what, ctx, err, cause)
  local seen_err, seen_cause = ctx:err(), ctx:cause()
  assert(tostring(seen_err) == err, what .. ": err is " .. tostring(seen_err))
  assert(tostring(seen_cause) == cause, what .. ": cause is " .. tostring(seen_cause))
end
local function cancelable(parent) return (context.with_cancel(parent or root)) end

is("background", root, "nil", "nil")
is("cancelable", cancelable(), "nil", "nil")
local ctx = cancelable()
ctx:cancel()
is("canceled without a cause", ctx, canceled, canceled)
ctx = cancelable()
ctx:cancel "first"
is("canceled with a cause", ctx, canceled, "first")
ctx:cancel "second"
is("the first cause stays", ctx, canceled, "first")

local parent = cancelable()
local child = cancelable(parent)
parent:cancel "parent"
is("the parent's cause comes down", child, canceled, "parent")
child:cancel "child"
is("and stays", child, canceled, "parent")
parent = cancelable()
child = cancelable(parent)
child:cancel "child"
is("a child's cause", child, canceled, "child")
is("does not go up", parent, "nil", "nil")
parent:cancel "parent"
is("the child keeps its own", child, canceled, "child")
is("the parent has its own", parent, canceled, "parent")

parent = cancelable()
local value = context.with_value(parent, "k", "v")
parent:cancel "through a value"
is("a value in between", value, canceled, "through a value")
local timed = context.with_timeout(root, 0)
select { { recv = timed } }
is("timeout", timed, late, late)
child = cancelable(timed)
is("child of a timeout", child, late, late)
parent = cancelable()
timed = context.with_timeout(parent, 1000)
parent:cancel "before the timeout"
is("parent before the timeout", timed, canceled, "before the timeout")
timed = context.with_timeout(root, 1000)
timed:cancel "by hand"
is("canceled before the timeout", timed, canceled, "by hand")
parent = cancelable()
parent:cancel "born dead"
is("child of the dead", cancelable(parent), canceled, "born dead")

-- Many causes at once: one wins, and everybody sees the same.
local raced, wg, seen = cancelable(), go.sync.waitgroup(), chan(10)
for i = 1, 10 do
  wg:go(function()
    raced:cancel("cause " .. i)
    seen:send(raced:cause())
  end)
end
wg:wait()
local winner = seen:recv()
for _ = 2, 10 do assert(seen:recv() == winner) end
print "caused" --> expect: caused
