local g, n = go.group(), go.sync.atomic(0)
g:go(function()
  for _ = 1, 5 do
    g:go(function()
      g:go(function() n:add(1) end)
      n:add(1)
    end)
  end
end)
g:wait()
print(n:load()) --> expect: 10
