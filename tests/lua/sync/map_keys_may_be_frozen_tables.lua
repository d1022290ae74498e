local m, key = go.sync.map(), go.freeze { "key" }
m:set(key, "value")
print(m:get(key), m:get(go.freeze { "key" }))              --> expect: value	nil
print(go.task(function() return m:get(key) end):join())    --> expect: value
for k, v in pairs(m) do print(k == key, v) end             --> expect: true	value
