-- A mutex has no moment: only what the manual lists can be waited for.
package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises("select", function() select { { recv = go.sync.mutex() } } end)
raises("select", function() select { { send = go.time.timer(10), value = 1 } } end)
print "raised" --> expect: raised
