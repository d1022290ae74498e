-- Longer than any clock counts means for ever.
local ch = chan()
go(function()
  for _ = 1, 3 do ch:send("came") end
end)
print((ch:recv(1e300)))         --> expect: came
print((ch:recv(math.huge)))     --> expect: came
print(select { { recv = ch }, { after = math.huge } }) --> expect: 1	came	true
