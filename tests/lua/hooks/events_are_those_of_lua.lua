-- Call, return, line and count events of loops, calls, tail calls, varargs, metamethods, pcall, an
-- error, a comparator and coroutines.  The sums are what `lua` 5.4.7 prints for this file.
local source = [[
local function id(...) return ... end
local function tail(n) if n > 0 then return tail(n - 1) end return id(n, n) end
local empty = function() end
local box = setmetatable({}, {
  __index = function(_, k) return k .. "!" end,
  __lt = function(_, n) empty() return n ~= 2 end,
  __eq = function() empty() return false end,
  __concat = function(a, b) return "c" end,
  __close = function() empty() end,
})
local function each(n)
  return function(s, i)
    if i < s then return i + 1 end
  end, n, 0
end

local function work()
  local sum = 0
  for i = 1, 5 do sum = sum + i end
  for i in each(3) do
    sum = sum + i
  end
  while sum > 0 do sum = sum - 7 end
  repeat sum = sum + 1 until sum > 3
  tail(3) empty()
  local x = box.name .. (box .. box)
  if box < 1 then x = id(x, x) end
  local n = 0
  repeat n = n + 1 until box < n
  while not (box < n) do n = n + 1 end
  if box == setmetatable({}, getmetatable(box)) then n = 0 else
    n = 1
  end
  do local c <close> = box end
  pcall(error, "e")
  pcall(function() local t = nil; return t.x end)
  local list = { 3, 1, 2 }
  table.sort(list, function(a, b) return a < b end)
  string.gsub("ab", ".", function(s) return s end)
  local co = coroutine.wrap(function(a)
    for i = 1, 2 do
      a = coroutine.yield(a + i)
    end
    return a
  end)
  co(1) co(2) co(3)
  goto out
  ::out::
  return function() return sum end
end

return work
]]

local work = load(source, "=work")()

local function trace(mask, count)
  local log = {}
  local co = coroutine.create(work) -- its maker's hooks are not its own: a debugger sets them in each
  local function hook(event, line)
    local info = debug.getinfo(2, "nSl")
    log[#log + 1] = ("%s %s %s %s %s"):format(event, line, info.currentline, info.name, info.what)
  end
  debug.sethook(co, hook, mask, count)
  local f, m, c = debug.gethook(co)
  assert(f == hook and m == mask and c == (count or 0))
  debug.sethook(hook, mask, count)
  work()
  debug.sethook()
  assert(not debug.gethook())
  log[#log + 1] = "--"
  assert(coroutine.resume(co))
  local text = table.concat(log, "\n")
  local sum = 0
  for i = 1, #text do sum = (sum * 31 + text:byte(i)) % 2147483647 end
  print(mask, count, #log, sum)
  if arg[1] == "-v" then print(text) end
end

for _, mask in ipairs { "c", "r", "l", "cr", "crl" } do trace(mask) end
for count = 1, 9 do trace("", count) end
trace("crl", 3)
trace("l", 1)

--> expect: c	nil	84	2075353550
--> expect: r	nil	72	1873513047
--> expect: l	nil	147	1031477681
--> expect: cr	nil	155	63024566
--> expect: crl	nil	301	1996433217
--> expect: 	1	400	457788751
--> expect: 	2	398	1033503871
--> expect: 	3	199	237448162
--> expect: 	4	394	46580337
--> expect: 	5	392	414554233
--> expect: 	6	80	773030588
--> expect: 	7	195	1340657960
--> expect: 	8	78	1330586307
--> expect: 	9	50	522347785
--> expect: crl	3	733	162716123
--> expect: l	1	799	45803785
