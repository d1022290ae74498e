local m = go.sync.map()
m:set(1.0, "one")
print(m:get(1)) --> expect: one
