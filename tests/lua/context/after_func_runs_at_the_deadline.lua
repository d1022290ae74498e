local ctx, out = go.context.with_timeout(go.context.background(), 0.01), chan(1)
go.context.after_func(ctx, function() out:send(ctx:err()) end)
print((out:recv())) --> expect: context deadline exceeded
