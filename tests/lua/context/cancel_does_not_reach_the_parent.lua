local parent = go.context.with_cancel(go.context.background())
local a, b = go.context.with_cancel(parent), go.context.with_cancel(parent)
a:cancel()
print(parent:err(), b:err()) --> expect: nil	nil
