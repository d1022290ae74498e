local t = go.task(function() error { code = 7, at = { line = 3 } } end)
local ok, err = pcall(t.join, t)
print(ok, type(err), err.code, err.at.line) --> expect: false	table	7	3
