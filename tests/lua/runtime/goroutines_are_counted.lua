print(go.runtime.goroutines()) --> expect: 1
local gate, ready, wg = chan(), chan(), go.sync.waitgroup()
for _ = 1, 7 do
  wg:go(function()
    ready:send(true)
    gate:recv()
  end)
end
for _ = 1, 7 do ready:recv() end
print(go.runtime.goroutines()) --> expect: 8
gate:close()
wg:wait()
while go.runtime.goroutines() > 1 do go.yield() end
print(go.runtime.goroutines()) --> expect: 1
