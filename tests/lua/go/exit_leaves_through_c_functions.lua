local t = go.task(function()
  local c <close> = setmetatable({}, { __close = function() print "closed" end })
  pcall(function()
    table.sort({ 3, 2, 1 }, function() go.exit() end)
  end)
  print "went on"
end)
print(t:result())
--> expect: closed
--> expect: true
