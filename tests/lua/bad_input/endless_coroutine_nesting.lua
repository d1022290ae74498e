local function forever() return coroutine.wrap(forever)() end
local ok, err = go.task(forever):result()
print(ok, tostring(err):find("C stack overflow", 1, true) ~= nil) --> expect: false	true
