local ctx = go.context.with_cancel(go.context.background())
local g = go.group(ctx)
g:limit(0)
go(function() ctx:cancel() end)
print(g:go(print, "must not run")) --> expect: false	canceled
print(g:wait())                    --> expect: nil	canceled
