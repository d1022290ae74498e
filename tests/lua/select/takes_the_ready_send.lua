local full, free = chan(), chan(1)
select {
  { send = full, value = 1, function() print "full" end },
  { send = free, value = 2, function() print "free" end }, --> expect: free
}
print((free:recv())) --> expect: 2
