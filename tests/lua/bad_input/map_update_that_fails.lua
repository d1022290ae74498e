-- The map stays as it was, and usable.
local m = go.sync.map()
m:set("n", 1)
print(pcall(m.update, m, "n", function() error("no", 0) end)) --> expect: false	no
print(m:get("n"))                                             --> expect: 1
m:update("n", function(n) return n + 1 end)
print(m:get("n"))                                             --> expect: 2
