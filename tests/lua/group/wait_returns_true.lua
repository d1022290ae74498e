local g = go.group()
local out = chan(3)
for i = 1, 3 do g:go(function(n) out:send(n) end, i) end
print(g:wait()) --> expect: true
print(#out)     --> expect: 3
