local began = go.time.monotonic()
go.time.sleep(0.02)
print(go.time.monotonic() - began >= 0.02) --> expect: true
