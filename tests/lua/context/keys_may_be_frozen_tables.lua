local user = go.freeze {}
local ctx = go.context.with_value(go.context.background(), user, { name = "ann" })
print(ctx:value(user).name, ctx:value(go.freeze {}))              --> expect: ann	nil
print(go.task(function() return ctx:value(user).name end):join()) --> expect: ann
