local f = load("n = n + 1 return n", "=f", "t", { n = 1 })
print(go.task(function() return f(), f() end):join()) --> expect: 2	3
print(f()) --> expect: 2
