local key = {}
local map = { [key] = "found" }
print(go.task(function(k, m) return map[k], m == map end, key, map):join()) --> expect: found	true
