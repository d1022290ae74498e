local m, wg = go.sync.map(), go.sync.waitgroup()
for _ = 1, 8 do
  wg:go(function()
    for _ = 1, 100 do m:update("n", function(v) return (v or 0) + 1 end) end
  end)
end
wg:wait()
print(m:get("n")) --> expect: 800
