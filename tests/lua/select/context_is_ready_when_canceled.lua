local ctx = go.context.with_cancel(go.context.background())
local function done() return nil, "canceled" end
print(select { { recv = ctx, done }, default = true }) --> expect: 0
ctx:cancel()
print(select { { recv = ctx, done } })                 --> expect: nil	canceled
