local chosen = { 0, 0, 0 }
local channels = { chan(1), chan(1), chan(1) }
for _ = 1, 3000 do
  for _, ch in ipairs(channels) do ch:try_send(1) end
  local i = select { { recv = channels[1] }, { recv = channels[2] }, { recv = channels[3] } }
  chosen[i] = chosen[i] + 1
end
for i = 1, 3 do assert(chosen[i] > 700, "case " .. i .. " was chosen only " .. chosen[i] .. " times") end
print "fair" --> expect: fair
