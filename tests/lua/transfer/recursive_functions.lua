local function fact(n) return n < 2 and 1 or n * fact(n - 1) end
print(go.task(fact, 10):join()) --> expect: 3628800
local even, odd
function even(n) return n == 0 or odd(n - 1) end
function odd(n) return n ~= 0 and even(n - 1) end
print(go.task(function() return even(10), odd(10) end):join()) --> expect: true	false
