local f = load("local a, b = ... return a * b", "=made")
print(go.task(f, 6, 7):join()) --> expect: 42
