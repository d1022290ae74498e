local function count(...) return select("#", ...), ... end
print(go.task(count, nil, nil):join()) --> expect: 2	nil	nil
