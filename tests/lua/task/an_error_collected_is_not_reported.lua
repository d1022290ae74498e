do
  local t = go.task(function() error "collected" end)
  t:result()
end
collectgarbage()
print "fine" --> expect: fine
--> expect no error: collected
