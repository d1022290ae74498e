local g = go.group()
g:go(function()
  pcall(function() chan():recv() end) -- until the other's error cancels it
  error("second", 0)
end)
g:go(function() error("first", 0) end)
local ok, err = pcall(g.wait, g)
print(ok, (tostring(err):match("%a+"))) --> expect: false	first
