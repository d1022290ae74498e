-- Reported when the last handle goes, while the program goes on.
go.task(function() error "dropped" end)
while go.runtime.goroutines() > 1 do go.sleep(0.001) end
collectgarbage()
collectgarbage()
print "main ends well" --> expect: main ends well
--> expect exit: 2
--> expect error: dropped
