local canceled = go.context.with_cancel(go.context.background())
canceled:cancel()
print(tostring(canceled:cause())) --> expect: context canceled
local late = go.context.with_timeout(go.context.background(), 0)
select { { recv = late } }
print(tostring(late:cause())) --> expect: context deadline exceeded
