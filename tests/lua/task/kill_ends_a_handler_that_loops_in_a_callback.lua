local m, started = go.sync.mutex(), chan()
local t = go.task(function()
  string.gsub("x", "x", function()
    local held <close> = m:lock()
    local loops <close> = setmetatable({}, { __close = function() while true do pcall(error) end end })
    started:close()
    chan():recv()
  end)
end)
started:recv()
t:kill()
print(t:result())              --> expect: false	killed
print(m:try_lock() == m)       --> expect: true
