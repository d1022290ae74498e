local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
local text = table.concat(all)
local long = text:rep(1000)
local a, b, c = go.task(function(x, y, z) return x, y, z end, text, long, ""):join()
print(a == text, b == long, c == "") --> expect: true	true	true
