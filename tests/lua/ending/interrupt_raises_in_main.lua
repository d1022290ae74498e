os.execute "(sleep 0.1; kill -INT $PPID) &"
local ok, err = pcall(function() chan():recv(30) end)
print(ok, tostring(err):find("interrupted!", 1, true) ~= nil) --> expect: false	true
