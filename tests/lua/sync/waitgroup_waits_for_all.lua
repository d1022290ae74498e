local wg, n = go.sync.waitgroup(), go.sync.atomic(0)
for _ = 1, 20 do
  wg:add(1)
  go(function()
    go.yield()
    n:add(1)
    wg:done()
  end)
end
wg:wait()
print(n:load()) --> expect: 20
