local parent = go.context.with_cancel(go.context.background())
local child = go.context.with_cancel(parent)
parent:cancel("parent's reason")
child:cancel("child's reason")
print(child:cause()) --> expect: parent's reason
local other = go.context.with_cancel(go.context.with_cancel(go.context.background()))
other:cancel("child's reason")
print(other:cause()) --> expect: child's reason
