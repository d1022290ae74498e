print(select("#"))                  --> expect: 0
print(select("#", nil, nil))        --> expect: 2
print(select(2, "a", "b", "c"))     --> expect: b	c
print(select(-1, "a", "b", "c"))    --> expect: c
print(select("2", "a", "b"))        --> expect: b
print((select(4, "a", "b", "c")))   --> expect: nil
print(pcall(select, 0))             --> expect: false	bad argument #1 to 'select' (index out of range)
