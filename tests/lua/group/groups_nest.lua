local out = chan(4)
local outer = go.group()
for i = 1, 2 do
  outer:go(function()
    local inner <close> = go.group()
    for j = 1, 2 do inner:go(function() out:send(i * 10 + j) end) end
    inner:wait()
  end)
end
outer:wait()
local got = {}
for k = 1, 4 do got[k] = out:recv() end
table.sort(got)
print(table.concat(got, " ")) --> expect: 11 12 21 22
