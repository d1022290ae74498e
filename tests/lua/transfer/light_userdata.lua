-- The value crosses; the script can only compare it.
local id = debug.upvalueid(function() return chan end, 1)
local ch = chan(1)
ch:send(id)
print(type(id), (ch:recv()) == id) --> expect: userdata	true
