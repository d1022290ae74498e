local t = go.task(function() go.exit() end)
print(t:result()) --> expect: true
