local upper = string.upper
function string.upper(s) return "<" .. upper(s) .. ">" end
print(go.task(function() return ("a"):upper() end):join()) --> expect: <A>
string.upper = upper
print(go.task(function() return ("a"):upper() end):join()) --> expect: A
