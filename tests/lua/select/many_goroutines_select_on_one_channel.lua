local ch, out = chan(), chan()
for _ = 1, 50 do
  go(function()
    local sum = 0
    while true do
      local _, v, ok = select { { recv = ch }, { recv = chan() } }
      if not ok then break end
      sum = sum + v
    end
    out:send(sum)
  end)
end
for i = 1, 1000 do ch:send(i) end
ch:close()
local total = 0
for _ = 1, 50 do total = total + out:recv() end
print(total) --> expect: 500500
