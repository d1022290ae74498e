local wg, n = go.sync.waitgroup(), go.sync.atomic(0)
for i = 1, 10 do wg:go(function(k) n:add(k) end, i) end
wg:wait()
print(n:load()) --> expect: 55
