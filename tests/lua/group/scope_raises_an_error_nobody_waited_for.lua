local ok, err = pcall(function()
  local g <close> = go.group()
  g:go(function() error("unheard", 0) end)
  g.ctx:wait()
end)
print(ok, (err:match("%a+"))) --> expect: false	unheard
