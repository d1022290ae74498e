-- (see blocking_in_a_finalizer)  The same while the states close, when no goroutine can run any more.
local full, locked = chan(), go.sync.mutex()
locked:lock()
Kept = setmetatable({}, {
  __gc = function()
    print(select(2, pcall(go.sleep, 0.1)))
    print(select(2, pcall(full.send, full, 1)))
    print(select(2, pcall(function() full:recv() end)))
    print(select(2, pcall(locked.lock, locked)))
    os.execute "true"
    io.popen("true"):close()
    go.yield()
  end,
})
--> expect: cannot block in a finalizer (__gc)
--> expect: cannot block in a finalizer (__gc)
--> expect: blocking_in_a_finalizer_at_the_end.lua:8: cannot block in a finalizer (__gc)
--> expect: cannot block in a finalizer (__gc)
