local m, n, wg = go.sync.mutex(), go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 4 do
  wg:go(function()
    for i = 1, 250 do
      m:lock()
      local seen = n:load()
      if i % 50 == 0 then go.yield() end
      n:store(seen + 1)
      m:unlock()
    end
  end)
end
wg:wait()
print(n:load()) --> expect: 1000
