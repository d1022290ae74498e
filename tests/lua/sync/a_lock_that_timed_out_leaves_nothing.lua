local m, sem, rw = go.sync.mutex(), go.sync.semaphore(2), go.sync.rwmutex()
m:lock()
sem:acquire()
rw:rlock()
assert(not m:lock(0.01) and not sem:acquire(2, 0.01) and not rw:lock(0.01))
m:unlock()
print(m:try_lock() == m, sem:try_acquire(), rw:try_rlock() == rw) --> expect: true	true	true
