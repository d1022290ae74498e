-- Every waiting method takes seconds as its last argument.
local m, rw, wg, sem = go.sync.mutex(), go.sync.rwmutex(), go.sync.waitgroup(), go.sync.semaphore(2)
m:lock()
print(m:lock(0.01))                  --> expect: false	timeout
print(m:lock(0))                     --> expect: false	timeout
print(go.sync.cond(m):wait(0.01))    --> expect: false	timeout
print(m:try_lock())                  --> expect: false
rw:rlock()
print(rw:lock(0.01))                 --> expect: false	timeout
print(rw:rlock(0.01) == rw)          --> expect: true
wg:add(1)
print(wg:wait(0.01))                 --> expect: false	timeout
print(sem:acquire(3, 0.01))          --> expect: false	timeout
print(sem:acquire(2, 0.01))          --> expect: true
print(sem:acquire(nil, 0.01))        --> expect: false	timeout
