-- Tables, strings, coroutines, channels, messages that nobody receives, goroutines that wait.
local places = {
  function() local t = {} for i = 1, math.huge do t[i] = {} end end,
  function() local t = {} while true do pcall(function() for i = #t + 1, math.huge do t[i] = i end end) end end,
  function() local t = {} while true do xpcall(function() while true do t[#t + 1] = { t } end end, debug.traceback) end end,
  function() while true do pcall(string.rep, "x", 1 << 30) end end,
  function() local t = {} table.sort({ 2, 1 }, function() while true do pcall(table.insert, t, {}) end end) end,
  function() local t = {} for i = 1, math.huge do t[i] = coroutine.wrap(coroutine.yield) t[i]() end end,
  function() local t = {} coroutine.wrap(function() for i = 1, math.huge do t[i] = {} end end)() end,
  function() pcall(chan, 1 << 30) end,
  function() local t = {} for i = 1, math.huge do t[i] = chan(100) end end,
  function() local ch = chan(10000) while true do pcall(ch.send, ch, ("x"):rep(1000)) end end,
  function() while true do pcall(go, function() chan():recv() end) end end,
}
for _, place in ipairs(places) do
  print(go.task(go.limits { memory = 2 << 20 }, place):result())
end
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
--> expect: false	memory limit exceeded (2097152 bytes)
