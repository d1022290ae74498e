local once, n, wg = go.sync.once(), go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 10 do
  wg:go(function() once:call(function() n:add(1) end) end)
end
wg:wait()
print(n:load()) --> expect: 1
