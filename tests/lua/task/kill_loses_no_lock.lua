-- The bug: killed between m:lock()'s return and the moment its value became a <close> variable, a goroutine
-- kept the lock.
local m = go.sync.mutex()
local tasks = {}
for i = 1, 300 do
  tasks[i] = go.task(function()
    while true do
      local held <close> = m:lock()
    end
  end)
  if i % 10 == 0 then
    go.sleep(1e-4)
    for k = i - 9, i do tasks[k]:kill() end
  end
end
for _, t in ipairs(tasks) do t:result() end
print(m:lock(10) == m) --> expect: true
