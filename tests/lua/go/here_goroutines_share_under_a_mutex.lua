-- Sharing memory, they are still sliced anywhere: a mutex keeps a read and its write together.
local m, wg = go.sync.mutex(), go.sync.waitgroup()
local count = 0
for _ = 1, 4 do
  wg:add(1)
  go.here(function()
    for _ = 1, 1000 do
      m:lock()
      local seen = count
      if seen % 100 == 0 then go.yield() end
      count = seen + 1
      m:unlock()
    end
    wg:done()
  end)
end
wg:wait()
print(count) --> expect: 4000
