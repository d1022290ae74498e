-- As a coverage tool does it: with slices ending every 10 ms, no line is lost and none comes twice.
for _ = 1, 2 do
  go.here(function() while true do end end)
  go(function() while true do end end)
end

local hits = {}
local work = load([[
  local n = ...
  local even = 0
  for i = 1, n do
    if i % 2 == 0 then
      even = even + 1
    end
  end
  return even
]], "=work")
debug.sethook(function(_, line) hits[line] = (hits[line] or 0) + 1 end, "l")
work(60000)
debug.sethook()
for line = 3, 5 do print(line, hits[line]) end

--> expect: 3	60001
--> expect: 4	60000
--> expect: 5	30000
