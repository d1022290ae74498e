print(go.task(function() return 1, 2 end):result()) --> expect: true	1	2
local ok, err = go.task(function() error { why = "no" } end):result()
print(ok, err.why) --> expect: false	no
print(go.task(function() error() end):result()) --> expect: false	nil
