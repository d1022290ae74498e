local places = {
  function() chan():recv() end,
  function() while true do pcall(go.sleep, 10) end end,
  function() while true do pcall(function() while true do end end) end end,
  function() table.sort({ 2, 1 }, function() chan():recv() end) end,
  function() coroutine.wrap(function() select {} end)() end,
  function() go.task(function() chan():recv() end):join() end,
}
for _, place in ipairs(places) do
  local before = go.time.monotonic()
  local ok, why = go.task(go.limits { wall = 0.02 }, place):result()
  print(ok, why, go.time.monotonic() - before >= 0.02)
end
--> expect: false	wall limit exceeded (0.02 s)	true
--> expect: false	wall limit exceeded (0.02 s)	true
--> expect: false	wall limit exceeded (0.02 s)	true
--> expect: false	wall limit exceeded (0.02 s)	true
--> expect: false	wall limit exceeded (0.02 s)	true
--> expect: false	wall limit exceeded (0.02 s)	true
