colour = "red"
print(go.task(function() return _ENV.colour, _ENV == _G end):join()) --> expect: red	true
