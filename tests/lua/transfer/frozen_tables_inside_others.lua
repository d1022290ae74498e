local shared = go.freeze { list = { 1, 2, 3 } }
local t = go.task(function() return { shared, again = shared } end)
local got = t:join()
print(got[1] == shared, got.again == got[1], #got[1].list) --> expect: true	true	3
