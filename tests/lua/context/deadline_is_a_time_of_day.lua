local past = go.context.with_deadline(go.context.background(), go.time.now() - 1)
print(tostring(past:err())) --> expect: context deadline exceeded
local soon = go.context.with_deadline(go.context.background(), go.time.now() + 0.02)
select { { recv = soon } }
print(tostring(soon:err())) --> expect: context deadline exceeded
local later = go.context.with_deadline(go.context.background(), go.time.now() + 1000)
print(later:err())          --> expect: nil
later:cancel()
