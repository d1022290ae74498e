local function ends_killed(body)
  local started, out = chan(), chan(1)
  local t = go.task(function()
    body(function()
      started:close()
      while true do end
    end)
    out:try_send "went on"
  end)
  started:recv()
  t:kill()
  print(t:result())
  if out:try_recv() then print "went on" end
end
ends_killed(function(loop) xpcall(loop, print) end)               --> expect: false	killed
ends_killed(function(loop) xpcall(error, loop) end)               --> expect: false	killed
ends_killed(function(loop) while true do xpcall(error, loop) end end) --> expect: false	killed
ends_killed(function(loop) load(loop) end)                        --> expect: false	killed
ends_killed(function(loop) coroutine.resume(coroutine.create(loop)) end) --> expect: false	killed
ends_killed(function(loop) string.gsub("x", "x", function() pcall(coroutine.wrap(loop)) end) end) --> expect: false	killed
