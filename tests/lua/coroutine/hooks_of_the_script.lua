local lines = 0
debug.sethook(function() lines = lines + 1 end, "l")
local a = 1
local b = 2
debug.sethook()
print(lines >= 2, debug.gethook()) --> expect: true	nil
