local ch, out = chan(3), chan()
local producers, consumers, each = 4, 4, 250
local wg = go.sync.waitgroup()
for p = 1, producers do
  wg:go(function()
    for i = 1, each do ch:send((p - 1) * each + i) end
  end)
end
for _ = 1, consumers do
  go(function()
    local mine = {}
    for v in ch do mine[#mine + 1] = v end
    out:send(mine)
  end)
end
wg:wait()
ch:close()
local seen, count = {}, 0
for _ = 1, consumers do
  for _, v in ipairs(out:recv()) do
    assert(not seen[v], "received twice")
    seen[v], count = true, count + 1
  end
end
print(count) --> expect: 1000
