-- T43 TestAfterFuncCalledAfterCancel, CalledAfterTimeout, CalledImmediately, NotCalledAfterStop,
-- CalledAsynchronously: the function runs in a goroutine of its own, once, when the context is over.
local context = go.context

local function calls(ctx)
  local called = chan(1)
  return called, context.after_func(ctx, function() called:send(true) end)
end

local ctx = context.with_cancel(context.background())
local called = calls(ctx)
assert(not called:try_recv(), "not before the end")
ctx:cancel()
assert(called:recv(), "after cancel")

assert(calls(context.with_timeout(context.background(), 0.005)):recv(), "after the timeout")
assert(calls(ctx):recv(), "at once, for a context that is over")

local stopped = context.with_cancel(context.background())
local never, call = calls(stopped)
assert(call:stop(), "it was prevented")
stopped:cancel()
assert(not call:stop(), "there is nothing left to prevent")
assert(not never:recv(0.01), "it was stopped")

-- Cancel does not wait for the function.
local slow = context.with_cancel(context.background())
local gate, done = chan(), chan(1)
context.after_func(slow, function()
  gate:recv()
  done:send(true)
end)
slow:cancel()
assert(not done:try_recv(), "it waits for the gate")
gate:send(true)
assert(done:recv())
print "after" --> expect: after
