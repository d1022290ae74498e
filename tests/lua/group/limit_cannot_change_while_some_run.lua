package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local g, gate = go.group(), chan()
for _ = 1, 2 do g:go(function() gate:recv() end) end
raises("errgroup: modify limit while 2 goroutines in the group are still active", function() g:limit(3) end)
gate:close()
g:wait()
g:limit(3)
g:go(print, "limited") --> expect: limited
print(g:wait())        --> expect: true
