local ctx = go.context.with_cancel(go.context.background())
go(function() ctx:cancel("from afar") end)
select { { recv = ctx } }
print(ctx:cause()) --> expect: from afar
