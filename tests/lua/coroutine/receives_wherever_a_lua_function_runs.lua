-- A goroutine waits for a channel inside a metamethod, an iterator, pcall, xpcall's handler, a coroutine and a
-- function that a coroutine calls, and goes on with what came.
local ch, asked = chan(), chan()
go(function() for n in asked do ch:send(n) end end)
local function ask(n)
  asked:send(n)
  local v, ok = ch:recv()
  return ok and v
end

local t = setmetatable({}, {
  __index = function(_, k) return ask(k) end,
  __add = function(_, n) return ask(n) + 1 end,
  __lt = function(_, n) return ask(n) == 5 end,
  __concat = function(_, s) return ask(s) .. s end,
  __call = function(_, n) return ask(n), ask(n + 1) end,
  __close = function() print("closed", ask(9)) end,
})
print(t.x, t + 1, t < 5, t < 6, t .. "y", t(3))
do local guard <close> = t end
print(pcall(function() return ask(1), error(ask(2), 0) end))
print(select(2, xpcall(error, function(m) return ask(m) .. "!" end, "handled")))
local co = coroutine.wrap(function(a)
  while true do a = coroutine.yield(ask(a)) end
end)
print(co(1), co(2), co(3))
local sorted = { 3, 1, 2 }
table.sort(sorted, function(a, b) return ask(a) < ask(b) end)
print(table.concat(sorted, " "))
for i in function(_, i) i = ask((i or 0) + 1) return i < 4 and i or nil end do io.write(i, " ") end
print()
--> expect: x	2	true	false	yy	3	4
--> expect: closed	9
--> expect: false	2
--> expect: handled!
--> expect: 1	2	3
--> expect: 1 2 3
--> expect: 1 2 3 
