-- Hooks belong to coroutines: what one sets, a goroutine it starts has not, nor one that reuses its coroutine.
local function hook() end
debug.sethook(hook, "crl", 3)
local function ask() return debug.gethook() end
print(go.task(ask):join())
print(coroutine.wrap(function() return debug.gethook(coroutine.running()) end)())
local f, mask, count = debug.gethook()
print(f == hook, mask, count)
debug.sethook()
for _ = 1, 50 do
  go.task(function() debug.sethook(print, "") debug.sethook(function() end, "l") end):join()
  assert(not go.task(ask):join())
end
print(debug.gethook())

--> expect: nil
--> expect: nil	crl	3
--> expect: true	crl	3
--> expect: nil
