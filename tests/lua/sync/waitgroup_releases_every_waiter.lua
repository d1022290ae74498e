local wg, out = go.sync.waitgroup(), chan()
wg:add(1)
for _ = 1, 5 do
  go(function()
    wg:wait()
    out:send(true)
  end)
end
wg:done()
for _ = 1, 5 do out:recv() end
print "all" --> expect: all
