local t = go.task(function() return go.id() end)
print(t:join() == t:id()) --> expect: true
