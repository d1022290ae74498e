-- Garbage is collected first, and messages count until they are received.
local t = go.task(go.limits { memory = 1 << 20 }, function()
  for _ = 1, 1000 do local s = ("x"):rep(100000) end
  local ch = chan(1)
  local text = ("x"):rep(50000)
  for _ = 1, 200 do
    ch:send { text, #text }
    assert(ch:recv()[2] == #text)
  end
  for _ = 1, 2000 do chan(100) end
  return collectgarbage "count" * 1024 < 1 << 20
end)
print(t:result()) --> expect: true	true
