-- T39 TestWithCancel, TestCanceledTimeout: when cancel returns, everything below is done.
local context = go.context
local function done(ctx) return select { { recv = ctx }, default = true } == 1 end
local root = context.with_cancel(context.background())
local all = { root }
for i = 2, 50 do
  local parent = all[i // 2]
  all[i] = i % 3 == 0 and context.with_timeout(parent, 1000)
    or i % 3 == 1 and context.with_value(parent, "i", i)
    or context.with_cancel(parent)
end
for _, ctx in ipairs(all) do assert(not done(ctx) and ctx:err() == nil) end
root:cancel()
for _, ctx in ipairs(all) do assert(done(ctx) and tostring(ctx:err()) == "context canceled") end

local timed = context.with_timeout(context.with_timeout(context.background(), 1000), 1000)
timed:cancel()
print(done(timed), tostring(timed:err())) --> expect: true	context canceled
