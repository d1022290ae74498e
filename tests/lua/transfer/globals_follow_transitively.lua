function level1() return level2() + 1 end
function level2() return level3 + 1 end
level3 = 40
print(go.task(function() return level1() end):join()) --> expect: 42
