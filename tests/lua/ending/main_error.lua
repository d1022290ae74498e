local function fail() error "boom" end -- line 1
fail()
--> expect exit: 1
--> expect error: lagoon: main_error.lua:1: boom
--> expect error: stack traceback:
--> expect error: in local 'fail'
