local a, b = chan(1), chan(1)
b:send("from b")
select {
  { recv = a, function() print "a" end },
  { recv = b, function(v, ok) print(v, ok) end }, --> expect: from b	true
}
