-- A finalizer may use what does not block; anything else is an error there, in coroutines too.
local ch = chan(1)
setmetatable({}, {
  __gc = function()
    print(ch:try_send(1), ch:try_recv())
    print(pcall(ch.recv, ch))
    print(pcall(go.sleep, 0.01))
    print(pcall(coroutine.wrap(function() ch:recv() end)))
    print(pcall(select, { { recv = ch } }))
    print(pcall(go.yield))
    print(ch:send(2))
  end,
})
collectgarbage()
print(ch:recv())

--> expect: true	1	true
--> expect: false	cannot block in a finalizer (__gc)
--> expect: false	cannot block in a finalizer (__gc)
--> expect: false	blocking_in_a_finalizer.lua:8: cannot block in a finalizer (__gc)
--> expect: false	cannot block in a finalizer (__gc)
--> expect: true
--> expect: true
--> expect: 2	true
