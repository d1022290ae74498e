function string.trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end
table.last = function(t) return t[#t] end
print(go.task(function() return ("  x "):trim(), table.last { 1, 2 } end):join()) --> expect: x	2
