local gate = chan()
local t = go.task(function() gate:recv() return "v" end)
print(select { { recv = t }, default = true }) --> expect: 0
gate:close()
print((select { { recv = t } }))              --> expect: 1
print(t:join())                                --> expect: v
