local before = go.time.now()
local timer = go.time.after(0.01)
local after = go.time.now()
local at, ok = timer:recv()
print(ok, at - before > -0.1, at - after < 0.1) --> expect: true	true	true
