local began = go.time.monotonic()
chan():recv(0.05)
print(go.time.monotonic() - began >= 0.05) --> expect: true
