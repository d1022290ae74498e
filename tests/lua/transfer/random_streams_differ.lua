local function three() return math.random(1 << 40), math.random(1 << 40), math.random(1 << 40) end
local seen = {}
local function note(...)
  for _, n in ipairs { ... } do
    assert(not seen[n], "two goroutines drew the same number")
    seen[n] = true
  end
end
local a, b = go.task(three), go.task(three)
note(three())
note(a:join())
note(b:join())
note(three())
print "different" --> expect: different
