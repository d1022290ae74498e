local began = go.time.monotonic()
local _, ok = go.time.after(0.02):recv()
print(ok, go.time.monotonic() - began >= 0.02) --> expect: true	true
