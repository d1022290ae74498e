local ctx, out = go.context.with_cancel(go.context.background()), chan(1)
local call = go.context.after_func(ctx, function() out:send("ran") end)
print(call:stop(), call:stop()) --> expect: true	false
ctx:cancel()
print(out:recv(0.02))           --> expect: nil	false	timeout
local late = go.context.after_func(ctx, function() out:send("ran") end)
print((out:recv()))             --> expect: ran
print(late:stop())              --> expect: false
