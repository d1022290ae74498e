go.var.user = "ann"
print(coroutine.wrap(function() return go.var.user end)()) --> expect: ann
