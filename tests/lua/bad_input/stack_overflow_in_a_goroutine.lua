local function forever(n) return 1 + forever(n + 1) end
local ok, err = go.task(forever, 1):result()
print(ok, tostring(err):find("stack overflow", 1, true) ~= nil) --> expect: false	true
print(go.task(function() return (pcall(forever, 1)) end):join()) --> expect: false
