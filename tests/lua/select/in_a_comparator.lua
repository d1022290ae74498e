-- Where no yield can get through, a select blocks its thread.
local ch = chan()
go(function()
  while true do ch:send(true) end
end)
local list = { 3, 1, 2 }
table.sort(list, function(a, b)
  select { { recv = ch }, { recv = chan() } }
  return a < b
end)
print(table.concat(list, " ")) --> expect: 1 2 3
