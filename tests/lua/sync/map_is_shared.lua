local m = go.sync.map()
go.task(function() m:set("from", "another goroutine") end):join()
print(m:get("from")) --> expect: another goroutine
