local co, is_main = coroutine.running()
print(type(co), is_main, coroutine.isyieldable())                    --> expect: thread	true	false
print(coroutine.wrap(function()
  local inner, main = coroutine.running()
  return main, inner ~= co, coroutine.isyieldable()
end)()) --> expect: false	true	true
-- A goroutine looks like a main program to itself.
print(go.task(function()
  local _, main = coroutine.running()
  return main, coroutine.isyieldable()
end):join()) --> expect: true	false
