local ctx = go.context.with_cancel(go.context.background())
print(ctx:wait(0.01)) --> expect: false	timeout
go(function() ctx:cancel() end)
print(ctx:wait())     --> expect: true
print(ctx:wait(0))    --> expect: true
