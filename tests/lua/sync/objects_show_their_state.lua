local function show(object) print((tostring(object):gsub("0x%x+", "0x"))) end
local sem, m, rw, wg = go.sync.semaphore(4), go.sync.mutex(), go.sync.rwmutex(), go.sync.waitgroup()
sem:acquire(3)
rw:rlock()
wg:add(2)
show(sem)                   --> expect: semaphore(3/4): 0x
show(m)                     --> expect: mutex: 0x
m:lock()
show(m)                     --> expect: mutex(locked): 0x
show(rw)                    --> expect: rwmutex(1 reading): 0x
show(wg)                    --> expect: waitgroup(2): 0x
show(go.sync.atomic(1.5))   --> expect: atomic(1.5): 0x
show(go.sync.map())         --> expect: map(0): 0x
show(go.time.timer(1000))   --> expect: timer(running): 0x
