function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
print(go.task(fib, 15):join())                              --> expect: 610
print(go.task(function(n) return fib(n) end, 10):join())    --> expect: 55
