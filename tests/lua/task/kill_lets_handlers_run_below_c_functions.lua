-- The bug: a goroutine killed in a C function's callback ended by an error, and so did each of its handlers.
local started, log = chan(), chan(10)
local function note(text, f)
  return setmetatable({}, {
    __close = function(_, err)
      for _ = 1, 1000 do end
      log:try_send(text .. " " .. tostring(err))
      if f then f() end
    end,
  })
end
local t = go.task(function()
  local a <close> = note "goroutine"
  table.sort({ 3, 2, 1 }, function()
    local b <close> = note "comparator"
    pcall(function()
      local c <close> = note("pcall", error)
      coroutine.wrap(function()
        local d <close> = note "coroutine"
        started:close()
        while true do pcall(error) end
      end)()
    end)
    log:try_send "went on"
  end)
  log:try_send "went on"
end)
started:recv()
t:kill()
print(t:result())       --> expect: false	killed
log:close()
for line in log do print(line) end
--> expect: coroutine nil
--> expect: pcall nil
--> expect: comparator nil
--> expect: goroutine nil
