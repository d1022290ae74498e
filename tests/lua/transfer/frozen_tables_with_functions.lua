local base = 10
local tools = go.freeze { add = function(n) return base + n end }
print(tools.add(5), go.task(function() return tools.add(6) end):join()) --> expect: 15	16
