local ch = chan(1)
ch:send { [1] = "a", [3] = "c", [100] = "z", [2.5] = "half", [-1] = "minus", [true] = "yes" }
local t = ch:recv()
print(t[1], t[2], t[3], t[100], t[2.5], t[-1], t[true]) --> expect: a	nil	c	z	half	minus	yes
