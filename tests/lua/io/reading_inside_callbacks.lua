-- Where no yield is possible: in comparators, gsub callbacks, finalizers.
local function slow(word) return assert(io.popen("sleep 0.02; echo " .. word)) end
local done = chan()
go.here(function()
  for i = 1, 3 do go.yield() end
  done:send(true)
end)

local words = {}
table.sort({ 2, 1 }, function(a, b)
  words[1] = slow("sorted"):read()
  return a < b
end)
string.gsub("x", "x", function() words[2] = slow("replaced"):read() end)
local pipe = slow("collected")
setmetatable({}, { __gc = function() words[3] = pipe:read() end })
collectgarbage()
done:recv()
print(table.concat(words, " ")) --> expect: sorted replaced collected
