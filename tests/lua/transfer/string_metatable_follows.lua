getmetatable("").__mod = function(s, args) return s:format(table.unpack(args)) end
print(go.task(function() return "%d-%s" % { 1, "x" } end):join()) --> expect: 1-x
