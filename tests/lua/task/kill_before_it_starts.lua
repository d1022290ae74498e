-- Whether it had started or not, it ends.
local t = go.task(function() chan():recv() end)
t:kill()
print((t:result())) --> expect: false
