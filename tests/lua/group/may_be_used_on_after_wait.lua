local g, n = go.group(), go.sync.atomic(0)
for round = 1, 3 do
  for _ = 1, 100 do g:go(function() n:add(1) end) end
  assert(g:wait() == true and n:load() == round * 100)
end
print(n:load()) --> expect: 300
