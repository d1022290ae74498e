local t = go.task(function() error "canceled" end)
local _, err = t:result()
print(go.is_canceled(err)) --> expect: false
