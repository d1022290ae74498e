local t = setmetatable({ 1, "x" }, { __mode = "k" })
print(go.task(function() return #t, getmetatable(t).__mode end):join()) --> expect: 2	k
