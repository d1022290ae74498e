-- T13 TestPreemption, TestAsyncPreempt: no loop, however tight, keeps others from running, with one
-- processor.
--> procs: 1
local loops = {
  function() while true do end end,
  function() repeat until false end,
  function() for _ = 1, math.huge do end end,
  function()
    local n = 0
    while true do n = n + 1 end
  end,
  function() while true do pcall(pcall, function() end) end end,
  function()
    local function nothing() end
    while true do nothing() end
  end,
  function()
    local t = setmetatable({}, { __index = function(_, k) return k end })
    while true do local _ = t.x end
  end,
  function() while true do string.rep("x", 10) end end,
  function() while true do local _ = "a" .. math.random() end end,
  function()
    local next_number = coroutine.wrap(function()
      while true do coroutine.yield(1) end
    end)
    while true do next_number() end
  end,
  function()
    ::again::
    goto again
  end,
}
for _, loop in ipairs(loops) do
  local started = chan()
  local t = go.task(function()
    started:close()
    loop()
  end)
  started:recv()
  go.sleep(0.001)
  go.yield()
  t:kill()
  assert(not t:result())
end
print(#loops) --> expect: 11
