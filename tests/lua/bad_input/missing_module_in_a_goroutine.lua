local ok, err = go.task(function() require "no.such.module" end):result()
print(ok, tostring(err):find("module 'no.such.module' not found", 1, true) ~= nil) --> expect: false	true
