-- A long sum in four parts, each in a goroutine of its own and, where there are processors for it,
-- all at once.
--
-- go.task starts a goroutine that gives something back: t:join() waits for it and returns what its
-- function returned. Each task gets its own copy of the variables it mentions, so the parts cannot
-- get in each other's way.
local n, parts = 1000000, 4

local function sum(from, to)
  local total = 0
  for i = from, to do
    total = total + i
  end
  return total
end

local tasks = {}
for p = 1, parts do
  local from, to = (p - 1) * n // parts + 1, p * n // parts
  tasks[p] = go.task(sum, from, to)
end

local total = 0
for p, t in ipairs(tasks) do
  local part = t:join()
  print(("part %d: %d"):format(p, part))
  total = total + part
end
print("together: " .. total)

--> expect: part 1: 31250125000
--> expect: part 2: 93750125000
--> expect: part 3: 156250125000
--> expect: part 4: 218750125000
--> expect: together: 500000500000
