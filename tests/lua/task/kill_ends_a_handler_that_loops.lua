-- It may compute for 0.2 seconds; the mutex is given back all the same.
local m, started = go.sync.mutex(), chan()
local t = go.task(function()
  local held <close> = m:lock()
  local loops <close> = setmetatable({}, {
    __close = function()
      while true do pcall(coroutine.wrap(function() while true do end end)) end
    end,
  })
  started:close()
  chan():recv()
end)
started:recv()
t:kill()
print(t:result())              --> expect: false	killed
print(m:try_lock() == m)       --> expect: true
