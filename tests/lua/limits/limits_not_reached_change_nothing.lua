local l = go.limits { cpu = 60, memory = 1 << 30, wall = 60 }
print(go.task(l, function(...) return ..., select("#", ...) end, "a", nil, 3):join()) --> expect: a	3
print(go.task(l, error, "mine", 0):result()) --> expect: false	mine
print(go.task(l, error, { code = 5 }):result() == false) --> expect: true
print(select(2, go.task(l, error, { code = 5 }):result()).code) --> expect: 5
print(go.task(go.limits {}, function() return 1 end):join()) --> expect: 1
print(go.task(go.limits { cpu = math.huge, memory = math.huge, wall = math.huge }, math.max, 1, 2):join()) --> expect: 2
-- No timer is left of it to hide a deadlock.
chan():recv()
--> expect error: all goroutines are asleep
--> expect exit: 2
