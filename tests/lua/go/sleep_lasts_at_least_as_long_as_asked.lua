local began = go.time.monotonic()
go.sleep(0.05)
print(go.time.monotonic() - began >= 0.05) --> expect: true
