local ch = chan(16)
for i = 1, 3 do ch:send(i) end
print((tostring(ch):match("^chan%(3/16%): 0x%x+$")) ~= nil)     --> expect: true
print((tostring(chan()):match("^chan%(0/0%): 0x%x+$")) ~= nil)  --> expect: true
