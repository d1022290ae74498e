-- The script's resume returns at the script's yield, never at a blocking call.
local ch = chan()
go(function()
  ch:send("a")
  ch:send("b")
end)
local co = coroutine.create(function(first)
  local a = ch:recv()
  local second = coroutine.yield(first .. a)
  return second .. ch:recv()
end)
print(coroutine.resume(co, "1")) --> expect: true	1a
print(coroutine.status(co))      --> expect: suspended
print(coroutine.resume(co, "2")) --> expect: true	2b
print(coroutine.status(co))      --> expect: dead
