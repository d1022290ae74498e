local out = chan()
local function descend(depth)
  if depth == 0 then return out:send("bottom") end
  go(descend, depth - 1)
end
descend(500)
print((out:recv())) --> expect: bottom
