local n = 10
local function add(k) n = n + k end
print(go.task(function()
  add(5)
  return n
end):join()) --> expect: 15
