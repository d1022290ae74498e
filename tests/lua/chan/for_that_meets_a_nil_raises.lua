-- A for loop cannot tell nil from the end, so it must not stop silently.
local ch = chan(3)
ch:send(1)
ch:send(nil)
ch:send(3)
ch:close()
local seen = {}
local ok, err = pcall(function()
  for v in ch do seen[#seen + 1] = v end
end)
print(ok, #seen, tostring(err):find("nil", 1, true) ~= nil) --> expect: false	1	true
