local ops = {
  add = function(a, b) return a + b end,
  mul = function(a, b) return a * b end,
}
print(go.task(function(name) return ops[name](3, 4) end, "mul"):join()) --> expect: 12
