-- A few milliseconds after the limit; a tenth of a second is asserted.
local before = os.clock()
local t = go.task(go.limits { cpu = 0.02 }, function() while true do pcall(function() while true do end end) end end)
print(t:result()) --> expect: false	cpu limit exceeded (0.02 s)
local took = os.clock() - before
print(took >= 0.02, took < 0.12 or took) --> expect: true	true
