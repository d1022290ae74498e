local m = go.sync.map()
print(m:get("x"), m:len()) --> expect: nil	0
m:set("x", 1)
m:set(2, "two")
m:set("x", 3)
print(m:get("x"), m:get(2), m:len()) --> expect: 3	two	2
m:delete("x")
m:delete("never there")
print(m:get("x"), m:len())           --> expect: nil	1
m:set(2, nil)
print(m:len())                        --> expect: 0
