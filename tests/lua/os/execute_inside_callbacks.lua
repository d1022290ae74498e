-- Where a yield is impossible, and in finalizers.
local statuses = {}
table.sort({ 1, 2 }, function(a, b)
  statuses[1] = select(3, os.execute("exit 4"))
  return a < b
end)
string.gsub("x", "x", function() statuses[2] = select(3, os.execute("exit 5")) end)
setmetatable({}, { __gc = function() statuses[3] = select(3, os.execute("exit 6")) end })
collectgarbage()
print(table.concat(statuses, " ")) --> expect: 4 5 6
