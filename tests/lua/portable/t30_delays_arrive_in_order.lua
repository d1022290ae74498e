-- T30 TestAfterQueuing: delays started in any order end in the order of their length.
local afters, began = {}, nil
repeat
  began = go.time.monotonic()
  for _, d in ipairs { 5, 2, 6, 1, 3, 4 } do afters[d] = go.time.after(d * 0.2) end
until go.time.monotonic() - began < 0.1 -- else the machine was too slow

local cases, got = { priority = true }, {} -- of those that have ended meanwhile, too
for d, after in ipairs(afters) do
  cases[d] = { recv = after, function()
    assert(go.time.monotonic() - began >= d * 0.2)
    got[#got + 1] = d
  end }
end
for _ = 1, #afters do select(cases) end
print(table.concat(got, " ")) --> expect: 1 2 3 4 5 6
