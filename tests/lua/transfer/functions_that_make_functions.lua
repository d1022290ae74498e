local function counter(from)
  return function()
    from = from + 1
    return from
  end
end
local next_number = counter(5)
next_number()
print(go.task(function() return next_number(), next_number(), counter(0)() end):join()) --> expect: 7	8	1
print(next_number()) --> expect: 7
