-- Channels that hold values, each other and themselves go away with their last user.
for _ = 1, 2000 do
  local a, b = chan(2), chan(1)
  a:send { string.rep("x", 100), b }
  b:send(a)
end
collectgarbage()
print "fine" --> expect: fine
