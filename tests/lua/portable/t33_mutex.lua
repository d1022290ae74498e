-- T33 TestMutex, TestSemaphore, TestMutexMisuse: hammered with lock and try_lock the counter is
-- exact.  Misuse, fatal in Go, is an error that can be caught.
local function hammer(lock, unlock, try_lock)
  local n, wg = go.sync.atomic(0), go.sync.waitgroup()
  for _ = 1, 10 do
    wg:go(function()
      for i = 1, 100 do
        if i % 3 == 0 then
          while not try_lock() do go.yield() end
        else
          lock()
        end
        n:store(n:load() + 1)
        unlock()
      end
    end)
  end
  wg:wait()
  return n:load()
end
local m = go.sync.mutex()
local function lock() m:lock() end
local function unlock() m:unlock() end
local function try_lock() return m:try_lock() end
print(hammer(lock, unlock, try_lock)) --> expect: 1000
local s = go.sync.semaphore(1)
local function acquire() s:acquire() end
local function release() s:release() end
local function try_acquire() return s:try_acquire() end
print(hammer(acquire, release, try_acquire)) --> expect: 1000

local misuse = {
  function() go.sync.mutex():unlock() end,
  function()
    local x = go.sync.mutex()
    x:lock()
    x:unlock()
    x:unlock()
  end,
  function() go.sync.rwmutex():unlock() end,
  function()
    local x = go.sync.rwmutex()
    x:rlock()
    x:unlock()
  end,
  function()
    local x = go.sync.rwmutex()
    x:lock()
    x:unlock()
    x:unlock()
  end,
  function() go.sync.rwmutex():runlock() end,
  function()
    local x = go.sync.rwmutex()
    x:lock()
    x:runlock()
  end,
  function()
    local x = go.sync.rwmutex()
    x:rlock()
    x:runlock()
    x:runlock()
  end,
}
for i, f in ipairs(misuse) do
  local ok, err = pcall(f)
  assert(not ok and tostring(err):find("unlocked", 1, true), i)
end
print(#misuse) --> expect: 8
