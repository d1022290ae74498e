--> args: one "two words" -3
print(#arg, arg[0], ...)  --> expect: 3	arguments_of_the_script.lua	one	two words	-3
print(arg[1], arg[2], arg[3]) --> expect: one	two words	-3
local out = chan()
go(function() out:send(arg[2]) end)
print((out:recv())) --> expect: two words
