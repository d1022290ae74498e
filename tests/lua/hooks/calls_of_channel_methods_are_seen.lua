-- A hook sees send and recv as calls of C functions, waiting or not.
local ch, back = chan(1), chan()
go(function() for v in ch do back:send(v) end end)

local calls = {}
local function hook()
  local info = debug.getinfo(2, "Sn")
  if info.what == "C" and (info.name == "send" or info.name == "recv") then calls[#calls + 1] = info.name end
end
ch:send(1) back:recv()
debug.sethook(hook, "c")
ch:send(2) back:recv()
debug.sethook()
ch:send(3) back:recv()
print(table.concat(calls, " "))
--> expect: send recv
