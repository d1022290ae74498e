local ctx, out = go.context.with_cancel(go.context.background()), chan(1)
go.context.after_func(ctx, function(a, b) out:send(a .. b) end, "after", "wards")
print(out:recv(0.02)) --> expect: nil	false	timeout
ctx:cancel()
print((out:recv()))   --> expect: afterwards
