local function start()
  go(function() error "boom" end) -- line 2
end
start()
chan():recv(30)
--> expect exit: 2
--> expect error: created by goroutine 1 at goroutine_error_tells_where_it_was_started.lua:2
