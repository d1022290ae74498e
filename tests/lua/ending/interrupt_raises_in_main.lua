local blocked = dofile("../support/blocked.lua")
go.name "main"
go(function()
  blocked("main", "chan receive")
  io.popen("kill -INT $PPID"):close() -- os.execute would keep it from us
end)
local ok, err = pcall(function() chan():recv(30) end)
print(ok, tostring(err):find("interrupted!", 1, true) ~= nil) --> expect: false	true
