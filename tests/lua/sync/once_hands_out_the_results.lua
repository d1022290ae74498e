local once = go.sync.once()
local function make(n) return { n = n }, "second" end
local first, text = once:call(make, 7)
local later = once:call(make, 8)
print(first.n, text, later.n, first == later)              --> expect: 7	second	7	false
print(go.task(function() return once:call(make).n end):join()) --> expect: 7
