-- The bug: in a C function's callback, a goroutine that gave way again and again was away whenever its killer
-- looked for it, and never looked itself.
local function ends_killed(body)
  for _ = 1, 10 do
    local started = chan(1)
    local t = go.task(function()
      ("x"):gsub("x", function()
        started:send(true)
        while true do body() end
      end)
    end)
    started:recv()
    t:kill()
    local ok, why = t:result()
    if ok or why ~= "killed" then return print("ended otherwise", ok, why) end
  end
  print "killed"
end
ends_killed(go.yield)                                            --> expect: killed
ends_killed(function() go.sleep(1e-5) end)                       --> expect: killed
ends_killed(function() pcall(go.yield) end)                      --> expect: killed
ends_killed(function() coroutine.wrap(go.yield)() end)           --> expect: killed
ends_killed(function() for _ = 1, 10000 do end go.yield() end)   --> expect: killed
