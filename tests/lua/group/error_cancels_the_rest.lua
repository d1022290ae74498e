local out = chan(5)
local g = go.group()
for _ = 1, 5 do
  g:go(function()
    local _, err = pcall(function() chan():recv() end)
    out:send(go.is_canceled(err))
  end)
end
g:go(function() error("boom", 0) end)
print((pcall(g.wait, g))) --> expect: false
print(#out)               --> expect: 5
for _ = 1, 5 do assert(out:recv(), "every other goroutine was cancelled") end
