local g = go.group()
g:go(function() error { code = 3 } end)
local ok, err = pcall(g.wait, g)
print(ok, err.code) --> expect: false	3
