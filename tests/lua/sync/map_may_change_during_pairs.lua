local m = go.sync.map()
for i = 1, 20 do m:set(i, true) end
local seen = {}
for k in m:pairs() do
  assert(not seen[k], "visited twice")
  seen[k] = true
  m:delete(k)
  m:set("new " .. k, true)
  if type(k) == "string" then m:delete("new " .. k) end
end
local numbers = 0
for k in pairs(seen) do numbers = numbers + (math.type(k) and 1 or 0) end
print(numbers) --> expect: 20
