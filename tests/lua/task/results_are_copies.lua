local list = { 1, 2 }
local t = go.task(function() list[3] = 3 return list end)
local got = t:join()
print(#got, #list, got == list) --> expect: 3	2	false
