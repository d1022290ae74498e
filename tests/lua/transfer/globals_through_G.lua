colour = "blue"
print(go.task(function() return _G.colour, _G["col" .. "our"] end):join()) --> expect: blue	blue
