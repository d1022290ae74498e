local c <close> = setmetatable({}, { __close = function() print "closed" end })
os.exit(0, true) --> expect: closed
