local ch, out = chan(), chan()
for _ = 1, 5 do
  go(function()
    local v, ok, why = ch:recv()
    out:send(v == nil and ok == false and why == "closed")
  end)
end
ch:close()
local woken = 0
for _ = 1, 5 do woken = woken + (out:recv() and 1 or 0) end
print(woken) --> expect: 5
