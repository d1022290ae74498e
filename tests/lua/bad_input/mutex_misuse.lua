package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local m = go.sync.mutex()
raises("sync: unlock of unlocked mutex", function() m:unlock() end)
m:lock()
m:unlock()
raises("sync: unlock of unlocked mutex", function() m:unlock() end)
raises({ "lock", "mutex expected" }, function() m.lock(chan()) end)
print(not not m:try_lock()) --> expect: true
