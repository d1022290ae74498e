local t = go.task(function(a, b) return a + b, nil, "x", nil end, 1, 2)
print(select("#", t:join())) --> expect: 4
print(t:join())              --> expect: 3	nil	x	nil
