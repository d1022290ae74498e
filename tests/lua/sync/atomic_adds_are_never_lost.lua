local a, wg = go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 8 do
  wg:go(function()
    for _ = 1, 1000 do a:add(1) end
  end)
end
wg:wait()
print(a:load()) --> expect: 8000
