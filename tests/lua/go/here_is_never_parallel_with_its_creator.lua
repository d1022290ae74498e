-- Between two blocking calls nobody else runs for longer than a slice allows: a counter that is
-- read and written under a mutex stays exact although its goroutines are sliced anywhere.
local m, wg = go.sync.mutex(), go.sync.waitgroup()
local count = 0
for _ = 1, 4 do
  wg:add(1)
  go.here(function()
    for _ = 1, 1000 do
      m:lock()
      count = count + 1
      m:unlock()
    end
    wg:done()
  end)
end
wg:wait()
print(count) --> expect: 4000
