local outer = go.group()
outer:go(function()
  local inner <close> = go.group()
  inner:go(function() error("deep", 0) end)
  inner:wait()
end)
local ok, err = pcall(outer.wait, outer)
print(ok, (tostring(err):match("%a+"))) --> expect: false	deep
