local ctx, out = go.context.with_cancel(go.context.background()), chan()
for i = 1, 3 do
  go(function()
    select { { recv = ctx } }
    out:send(tostring(ctx:err()))
  end)
end
ctx:cancel()
for _ = 1, 3 do print((out:recv())) end
--> expect: context canceled
--> expect: context canceled
--> expect: context canceled
