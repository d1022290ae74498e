local t = go.task(function() return { 1 } end)
local a, b = t:join(), t:join()
print(a[1], b[1], a == b) --> expect: 1	1	false
