-- blocked(name, reason): returns once the goroutine of that name is blocked for that reason.  For
-- tests that need a known order of waiters; it looks at the dump of all goroutines, so no sleep has
-- to be long enough.
return function(name, reason)
  local quoted, state = ('"%s"'):format(name), "[" .. reason
  for _ = 1, 10000 do
    for line in go.runtime.stacks():gmatch("[^\n]+") do
      if line:find("^goroutine ") and line:find(quoted, 1, true) and line:find(state, 1, true) then
        return
      end
    end
    go.sleep(0.001)
  end
  error(("goroutine %s is not in %s:\n%s"):format(quoted, state, go.runtime.stacks()), 2)
end
