local t = go.task(function() error "looked at" end)
print((t:result())) --> expect: false
--> expect no error: looked at
