local ids = chan(50)
for _ = 1, 50 do go(function() ids:send(go.id()) end) end
local seen, unique = { [go.id()] = true }, 0
for _ = 1, 50 do
  local id = ids:recv()
  if not seen[id] and id > 1 then unique = unique + 1 end
  seen[id] = true
end
print(unique) --> expect: 50
