local out = io.stdout
print(go.task(function() return out == io.stdout end):join()) --> expect: true
