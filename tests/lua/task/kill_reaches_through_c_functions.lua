-- The bug: a goroutine killed inside a C function's callback could catch its end and go on.
local function ends_killed(body)
  local started = chan()
  local t = go.task(function()
    pcall(table.sort, { 3, 2, 1 }, function()
      started:try_send(true)
      started:close()
      body()
    end)
    print "went on"
  end)
  started:recv()
  t:kill()
  print(t:result())
end
ends_killed(function() go.sleep(1000) end)               --> expect: false	killed
ends_killed(function() while true do end end)            --> expect: false	killed
ends_killed(function() while true do pcall(error) end end) --> expect: false	killed
