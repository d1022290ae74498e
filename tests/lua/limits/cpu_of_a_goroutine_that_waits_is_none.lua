local t = go.task(go.limits { cpu = 0.05 }, function()
  go.sleep(0.1)
  local ch = chan()
  go(function() go.sleep(0.05) ch:send(1) end)
  return (ch:recv())
end)
print(t:result()) --> expect: true	1
