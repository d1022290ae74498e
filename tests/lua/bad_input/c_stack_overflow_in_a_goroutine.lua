local function forever(s) return (s:gsub(".", forever)) end
local ok, err = go.task(forever, "x"):result()
print(ok, tostring(err):find("stack overflow", 1, true) ~= nil) --> expect: false	true
