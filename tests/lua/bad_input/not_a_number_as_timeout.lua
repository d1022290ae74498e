-- An error or an immediate answer, but no hang.
pcall(function() chan():recv(0 / 0) end)
pcall(function() select { { after = 0 / 0 }, { after = 0.01 } } end)
pcall(go.sleep, 0 / 0)
print "back" --> expect: back
