-- Every callback blocks; what gsub has done so far is as if none did.
local ch = chan()
go(function() while true do ch:send(true) end end)
local function slow(f)
  return function(...)
    ch:recv()
    return f(...)
  end
end
local upper = slow(string.upper)
print(("hello world"):gsub("o", upper))                                      --> expect: hellO wOrld	2
print(("hello world"):gsub("(l)(.)", slow(function(a, b) return b .. a end))) --> expect: hello wordl	2
print(("hello"):gsub("(l)(.)", slow(function(a, b) return b .. "-" .. a end))) --> expect: hel-lo	1
print(("abc d"):gsub("%w*", slow(function(w) return "<" .. w .. ">" end)))    --> expect: <abc> <d>	2
print(("abc"):gsub("", slow(function() return "-" end)))                      --> expect: -a-b-c-	4
print(("abcabc"):gsub("^a", upper))                                           --> expect: Abcabc	1
print(("abcabc"):gsub("^b", upper))                                           --> expect: abcabc	0
print(("abcabc"):gsub("b", upper, 1))                                         --> expect: aBcabc	1
print(("a b c"):gsub("%w", slow(function(c) return c ~= "b" and c .. c end))) --> expect: aa b cc	3
print(("xyz"):gsub("()", slow(function(at) return at end)))                   --> expect: 1x2y3z4	4
local text = ("word "):rep(2000)
print((text:gsub("%w+", slow(function(w) return w .. w end))) == ("wordword "):rep(2000)) --> expect: true
local t = setmetatable({ a = 1 }, { __index = setmetatable({ b = 2 }, { __index = slow(function(_, k) return k:upper() end) }) })
print(("a b c"):gsub("%w", t)) --> expect: 1 2 C	3
print(pcall(string.gsub, "x", "x", slow(function() return ch end)))
--> expect: false	invalid replacement value (a userdata)
print(select(2, pcall(function() return ("ab"):gsub(".", slow(function(c) error(c, 0) end)) end))) --> expect: a
