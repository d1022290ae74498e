local wg = go.sync.waitgroup()
wg:go(function() go.exit() end)
print(wg:wait(10)) --> expect: true
