-- T82 TestConcurrentTimerReset, TestConcurrentTimerResetStop: many goroutines reset and stop one
-- timer.
local t, wg = go.time.timer(3600), go.sync.waitgroup()
for i = 1, 8 do
  wg:go(function()
    for k = 1, 100 do
      t:reset(3600 + i)
      if (i + k) % 2 == 0 then t:stop() end
    end
  end)
end
wg:wait()
t:reset(0)
print((select { { recv = t } })) --> expect: 1
