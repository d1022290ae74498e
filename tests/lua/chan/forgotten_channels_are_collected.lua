-- Channels that hold values and other channels go away with their last user.
for _ = 1, 2000 do
  local a, b = chan(2), chan(1)
  a:send { string.rep("x", 100), b }
  b:send "last"
end
collectgarbage()
print "fine" --> expect: fine
