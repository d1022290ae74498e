go(function()
  local function fail() error "boom" end -- line 2
  fail()
end)
chan():recv(30)
print "not reached"
--> expect exit: 2
--> expect error: lagoon: goroutine_error.lua:2: boom
--> expect error: [running]
--> expect error: goroutine_error.lua:3: in
