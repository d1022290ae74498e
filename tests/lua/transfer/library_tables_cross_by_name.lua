local s, m = string, math
print(go.task(function() return s == string, m == math, s.rep("a", 3) end):join()) --> expect: true	true	aaa
