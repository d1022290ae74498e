-- The bug: what a start without arguments was charged stayed charged.
local t = go.task(go.limits { memory = 1 << 20 }, function()
  local function f() end
  for _ = 1, 20000 do go.task(f):join() end
  return "done"
end)
print(t:result()) --> expect: true	done
