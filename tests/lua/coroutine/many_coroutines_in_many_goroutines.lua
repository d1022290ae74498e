local out = chan()
for g = 1, 10 do
  go(function()
    local sum, ch = 0, chan(1)
    local function gen(n)
      return coroutine.wrap(function()
        for i = 1, n do
          ch:send(i)
          coroutine.yield((ch:recv()))
        end
      end)
    end
    for v in gen(100) do sum = sum + v end
    out:send(sum * g)
  end)
end
local total = 0
for _ = 1, 10 do total = total + out:recv() end
print(total) --> expect: 277750
