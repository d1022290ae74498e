-- T35 TestWaitGroup, TestWaitGroupMisuse, TestWaitGroupRace, TestWaitGroupGo.
-- A barrier of two wait groups, eight times.
local n = 16
local first, second = go.sync.waitgroup(), go.sync.waitgroup()
for _ = 1, 8 do
  local passed = go.sync.atomic(0)
  first:add(n)
  second:add(n)
  for _ = 1, n do
    go(function()
      first:done()
      first:wait()
      passed:add(1)
      second:done()
    end)
  end
  first:wait()
  second:wait()
  assert(passed:load() == n)
end

-- Nobody is woken early.
for _ = 1, 200 do
  local wg, done = go.sync.waitgroup(), go.sync.atomic(0)
  for _ = 1, 2 do
    wg:add(1)
    go(function()
      done:add(1)
      wg:done()
    end)
  end
  wg:wait()
  assert(done:load() == 2)
end

local ok, err = pcall(function()
  local wg = go.sync.waitgroup()
  wg:add(1)
  wg:done()
  wg:done()
end)
print(ok, tostring(err):find("sync: negative WaitGroup counter", 1, true) ~= nil) --> expect: false	true

local wg, calls = go.sync.waitgroup(), go.sync.atomic(0)
for _ = 1, 100 do wg:go(function() calls:add(1) end) end
wg:wait()
print(calls:load()) --> expect: 100
