local ch, m = chan(), go.sync.mutex()
local function start(name, f)
  go(function() -- line 3
    go.name(name)
    f()
  end)
end
m:lock()
start("receiver", function() ch:recv() end)
start("selector", function() select { { recv = chan() }, { send = chan(), value = 1 } } end)
start("locker", function() m:lock() end)
chan():recv()
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
--> expect error: goroutine 1 [chan receive]:
--> expect error: [chan receive] "receiver":
--> expect error: [select] "selector":
--> expect error: [sync.Mutex.Lock] "locker":
--> expect error: deadlock_shows_every_goroutine.lua:9: in
--> expect error: created by goroutine 1 at deadlock_shows_every_goroutine.lua:3
