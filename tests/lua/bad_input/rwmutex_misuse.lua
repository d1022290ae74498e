package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local rw = go.sync.rwmutex()
raises("sync: Unlock of unlocked RWMutex", function() rw:unlock() end)
raises("sync: RUnlock of unlocked RWMutex", function() rw:runlock() end)
rw:rlock()
raises("sync: Unlock of unlocked RWMutex", function() rw:unlock() end)
rw:runlock()
raises("sync: RUnlock of unlocked RWMutex", function() rw:runlock() end)
rw:lock()
raises("sync: RUnlock of unlocked RWMutex", function() rw:runlock() end)
rw:unlock()
print "raised" --> expect: raised
