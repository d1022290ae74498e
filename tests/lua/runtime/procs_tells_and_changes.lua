-- procs(n) returns what it was.
local before = go.runtime.procs()
print(math.type(before), before >= 1)         --> expect: integer	true
print(go.runtime.procs(3) == before)          --> expect: true
print(go.runtime.procs())                     --> expect: 3
print(go.runtime.procs(before))               --> expect: 3
