local wg, n = go.sync.waitgroup(), go.sync.atomic(0)
for round = 1, 5 do
  for _ = 1, 4 do wg:go(function() n:add(1) end) end
  wg:wait()
  assert(n:load() == round * 4)
end
print(n:load()) --> expect: 20
