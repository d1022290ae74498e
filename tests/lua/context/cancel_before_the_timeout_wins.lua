local ctx
repeat
  local began = go.time.monotonic()
  ctx = go.context.with_timeout(go.context.background(), 0.02)
  ctx:cancel()
until go.time.monotonic() - began < 0.02 -- else the machine was too slow
go.sleep(0.04)
print(tostring(ctx:err())) --> expect: context canceled
