-- Each of these holds its thread while it waits for the next one.
local n, channels = 20, {}
for i = 0, n do channels[i] = chan() end
for i = 1, n do
  go(function(left, right)
    local text = ("x"):gsub("x", function() return (right:recv()) .. "." end)
    left:send(text)
  end, channels[i - 1], channels[i])
end
channels[n]:send("end")
print((channels[0]:recv())) --> expect: end....................
