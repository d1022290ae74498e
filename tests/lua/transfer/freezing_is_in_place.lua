local t = { n = 1, list = { 1 } }
print(go.freeze(t) == t)                          --> expect: true
print(pcall(function() t.n = 2 end))              --> expect: false	freezing_is_in_place.lua:3: attempt to write a frozen table
print((pcall(function() t.list[1] = 2 end)))      --> expect: false
print((pcall(table.insert, t.list, 2)))           --> expect: false
print(t.n, t.list[1], #t.list)                    --> expect: 1	1	1
