-- T10 TestRecoverBeforePanicAfterGoexit: an error caught on the way out does not stop the exit.
local bye <close> = setmetatable({}, { __close = function() pcall(error, "caught") end })
go.exit()
--> expect exit: 2
--> expect error: fatal error: no goroutines
--> expect no error: caught
