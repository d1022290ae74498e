local t = go.task(function() error "nobody looked" end)
while go.runtime.goroutines() > 1 do go.sleep(0.001) end
print "main ends well" --> expect: main ends well
--> expect exit: 2
--> expect error: nobody looked
