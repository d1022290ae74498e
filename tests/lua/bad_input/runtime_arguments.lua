package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local before = go.runtime.procs()
raises({ "procs", "number expected" }, function() go.runtime.procs("x") end)
raises({ "procs", "0" }, function() go.runtime.procs(0) end)
raises({ "procs", "-1" }, function() go.runtime.procs(-1) end)
raises({ "procs", "1.5" }, function() go.runtime.procs(1.5) end)
print(go.runtime.procs() == before) --> expect: true
