local fractional = false
for _ = 1, 20 do
  fractional = fractional or go.time.now() % 1 ~= 0
  go.sleep(0.001)
end
print(fractional) --> expect: true
