-- T86 TestWeighted, TestWeightedTryAcquire, TestWeightedAcquireCanceled, TestWeightedPanic of
-- semaphore, for tokens taken one by one: never more than n, first come first served, who gives up
-- takes nothing with him.
package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local sem, inside, wg = go.sync.semaphore(4), go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 12 do
  wg:go(function()
    for i = 1, 50 do
      sem:acquire()
      assert(inside:add(1) <= 4)
      if i % 10 == 0 then go.yield() end
      inside:add(-1)
      sem:release()
    end
  end)
end
wg:wait()
for _ = 1, 4 do assert(sem:try_acquire()) end
assert(not sem:try_acquire())

-- First come, first served; the second gives up.
local order, tasks = chan(3), {}
for i = 1, 3 do
  tasks[i] = go.task(function()
    go.name("waiter " .. i)
    sem:acquire()
    order:send(i)
  end)
  blocked("waiter " .. i, "sem")
end
tasks[2]:cancel()
assert(not tasks[2]:result())
sem:release()
assert(order:recv() == 1)
sem:release()
assert(order:recv() == 3)
for _ = 1, 4 do sem:release() end
for _ = 1, 4 do assert(sem:try_acquire(), "no token was lost") end
for _ = 1, 4 do sem:release() end
local ok, err = pcall(sem.release, sem)
print(ok, tostring(err):find("semaphore: released more than held", 1, true) ~= nil) --> expect: false	true
