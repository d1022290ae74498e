local pipe = io.popen("'" .. os.getenv "LAGOON" .. "' no_such_file.lua 2>&1")
print((pipe:read("a"):find("cannot open no_such_file.lua", 1, true)) ~= nil) --> expect: true
print(pipe:close()) --> expect: nil	exit	1
