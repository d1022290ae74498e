local key = { "key" }
local ch = chan(1)
ch:send { [key] = "value", key = key }
local t = ch:recv()
print(t[t.key], t[key]) --> expect: value	nil
