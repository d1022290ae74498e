local cjson = require "cjson"
local ch = chan(1)
ch:send(cjson.decode "[null]")
print(ch:recv()[1] == cjson.null)                                     --> expect: true
print(go.task(function() return cjson.decode("[null]")[1] == cjson.null end):join()) --> expect: true
