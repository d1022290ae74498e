-- As remote debuggers do it: coroutine.create and wrap install the hook in each new coroutine, and
-- the hook counts calls to know how deep it is.
local lines, depth, deepest = {}, {}, 0

local function hook(event, line)
  local co = coroutine.running()
  if event == "line" then
    lines[line] = (lines[line] or 0) + 1
  elseif event == "call" then
    depth[co] = (depth[co] or 0) + 1
    deepest = math.max(deepest, depth[co])
  elseif event == "return" then
    depth[co] = (depth[co] or 0) - 1
  end
end

local create = coroutine.create
local function debugged(f)
  return create(function(...)
    debug.sethook(hook, "lcr")
    return (f(...))
  end)
end

local work = load([[
  local ch, n = ...
  local sum = 0
  for i = 1, n do
    ch:send(i)
    sum = sum + ch:recv()
  end
  return sum
]], "=work")

local ch = chan(1)
local total = 0
for n = 1, 20 do
  local co = debugged(work)
  local ok, sum = coroutine.resume(co, ch, n)
  assert(ok, sum)
  assert(debug.gethook(co) == hook)
  total = total + sum
end
print(total, deepest)
for line = 1, 7 do print(line, lines[line]) end
print(debug.gethook())

--> expect: 1540	1
--> expect: 1	20
--> expect: 2	20
--> expect: 3	230
--> expect: 4	210
--> expect: 5	210
--> expect: 6	nil
--> expect: 7	20
--> expect: nil
