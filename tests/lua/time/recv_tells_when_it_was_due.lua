local due = go.time.now() + 0.01
local at, ok = go.time.after(0.01):recv()
print(ok, math.abs(at - due) < 0.5) --> expect: true	true
