-- T10 TestPanicAfterGoexit: the handlers that run when main exits fail: an error like any other.
local bye <close> = setmetatable({}, { __close = function() error "failed in the handler" end })
go.exit()
--> expect error: failed in the handler
--> expect no error: no goroutines
--> expect exit: 1
