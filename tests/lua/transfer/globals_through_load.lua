colour = "green"
print(go.task(function() return load("return colour")() end):join()) --> expect: green
