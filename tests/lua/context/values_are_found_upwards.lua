local root = go.context.background()
local a = go.context.with_value(root, "user", "ann")
local b = go.context.with_value(a, "id", 7)
local c = go.context.with_cancel(go.context.with_value(b, "user", "bob"))
print(c:value("user"), c:value("id"), c:value("none")) --> expect: bob	7	nil
print(b:value("user"), a:value("id"), root:value("user")) --> expect: ann	nil	nil
c:cancel()
print(c:value("user")) --> expect: bob
