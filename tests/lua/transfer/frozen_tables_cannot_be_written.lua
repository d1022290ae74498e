local f = go.freeze { 1, inner = { 2 } }
print((pcall(function() f[1] = 5 end)))         --> expect: false
print((pcall(function() f.new = 5 end)))        --> expect: false
print((pcall(function() f.inner[1] = 5 end)))   --> expect: false
print((pcall(rawset, f, "x", 1)))               --> expect: false
print((pcall(table.insert, f, 2)))              --> expect: false
print((pcall(setmetatable, f, {})))             --> expect: false
print(f[1], f.new, f.inner[1], rawget(f, "x"))  --> expect: 1	nil	2	nil
