local m = go.sync.map()
m:set("x", 1)
m:update("x", function() return nil end)
print(m:get("x"), m:len()) --> expect: nil	0
