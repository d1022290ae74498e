-- Many goroutines of one function, whose globals nobody has touched yet: some are killed so, some write, some read,
-- some meet an error; each finds all of them, and only its own.
local shared = 0
function count() shared = shared + 1 return shared end
function broken() error("broken " .. count(), 0) end
value = "as it was"
for i = 1, 30 do _G["f" .. i] = load(("return f%d and %d"):format(i % 30 + 1, i)) end

local function small(gate)
  local what = gate:recv()
  if what == "write" then value = "written" end
  if what == "error" then return select(2, pcall(broken)), count(), value end
  if what then return count(), count(), value end
end

local function large(gate)
  local what = gate:recv()
  if what == "write" then f1, value = nil, "written" end
  if what == "error" then return select(2, pcall(broken)), f30(), value end
  if what then return f1 and f1(), f30(), value end
end

local function run(f, n)
  local tasks, gates = {}, {}
  for i = 1, n do
    gates[i] = chan(1)
    tasks[i] = go.task(f, gates[i])
  end
  for i = 1, n, 4 do tasks[i]:kill() end
  for i = 1, n do  -- who is killed may not know yet, so it gets nothing to go on with
    if i % 4 ~= 1 then gates[i]:send(({[0] = "write", [2] = "read", [3] = "error"})[i % 4]) end
  end
  local seen, order = {}, {}
  for i = 1, n do
    local ok, a, b, c = pcall(tasks[i].join, tasks[i])
    local got = ok and ("%s %s %s"):format(a, b, c) or tostring(a):match "^[^\n]*"
    if not seen[got] then order[#order + 1] = got end
    seen[got] = (seen[got] or 0) + 1
  end
  table.sort(order)
  for _, got in ipairs(order) do print(seen[got], got) end
end

run(small, 80)
--> expect: 20	1 2 as it was
--> expect: 20	1 2 written
--> expect: 20	broken 1 2 as it was
--> expect: 20	killed
run(large, 80)
--> expect: 20	1 30 as it was
--> expect: 20	broken 1 30 as it was
--> expect: 20	killed
--> expect: 20	nil nil written
print(shared, value, f1 ~= nil)
--> expect: 0	as it was	true
