local wg = go.sync.waitgroup()
for _ = 1, 4 do
  wg:go(function()
    local list = {}
    for i = 1, 5000 do list[i] = { i } end
    for i = 1, 5000 do assert(list[i][1] == i) end
  end)
end
for _ = 1, 5 do go.runtime.gc() end
wg:wait()
print "intact" --> expect: intact
