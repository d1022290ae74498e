-- T60 powser1.go: power series whose coefficients are computed on demand by networks of goroutines.
-- A series is a pair of channels: a request goes in, the next coefficient, an exact fraction, comes
-- out.
local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return a
end
local function frac(n, d)
  d = d or 1
  local g = gcd(math.abs(n), math.abs(d))
  if d < 0 then g = -g end
  return { n = n // g, d = d // g }
end
local function sum(a, b) return frac(a.n * b.d + b.n * a.d, a.d * b.d) end
local function product(a, b) return frac(a.n * b.n, a.d * b.d) end

local function pair() return { req = chan(), dat = chan() } end
local function get(series)
  series.req:send(true)
  return (series.dat:recv())
end
-- Starts body(give) to produce `series`: give(f) waits for a request and answers it with what f
-- returns.
local function produce(series, body)
  go(function()
    body(function(f)
      series.req:recv()
      series.dat:send(f())
    end)
  end)
  return series
end

local function constant(c)
  return produce(pair(), function(give)
    while true do give(function() return c end) end
  end)
end
local function add(u, v)
  return produce(pair(), function(give)
    while true do give(function() return sum(get(u), get(v)) end) end
  end)
end
local function scale(c, u)
  return produce(pair(), function(give)
    while true do give(function() return product(c, get(u)) end) end
  end)
end

-- Two readers of one series, each at its own pace.
local function split(source)
  local sides = { pair(), pair() }
  go(function()
    local items, taken, wants, asked = {}, { 0, 0 }, { false, false }, false
    while true do
      for k = 1, 2 do
        if wants[k] and taken[k] < #items then
          taken[k], wants[k] = taken[k] + 1, false
          sides[k].dat:send(items[taken[k]])
        elseif wants[k] and not asked then
          asked = true
          source.req:send(true)
        end
      end
      select {
        { recv = not wants[1] and sides[1].req, function() wants[1] = true end },
        { recv = not wants[2] and sides[2].req, function() wants[2] = true end },
        { recv = asked and source.dat, function(v)
          items[#items + 1] = v
          asked = false
        end },
      }
    end
  end)
  return sides[1], sides[2]
end

-- (f + xF)(g + xG) = fg + x(fG + gF) + xxFG
local function multiply(u, v)
  return produce(pair(), function(give)
    local f, g
    give(function()
      f, g = get(u), get(v)
      return product(f, g)
    end)
    local u1, u2 = split(u)
    local v1, v2 = split(v)
    local cross = add(scale(f, v1), scale(g, u1))
    give(function() return get(cross) end)
    local tails = multiply(u2, v2)
    while true do give(function() return sum(get(cross), get(tails)) end) end
  end)
end
local function differentiate(u)
  return produce(pair(), function(give)
    get(u)
    for n = 1, math.maxinteger do give(function() return product(frac(n), get(u)) end) end
  end)
end
local function integrate(c, u, into)
  return produce(into or pair(), function(give)
    give(function() return c end)
    for n = 1, math.maxinteger do give(function() return product(frac(1, n), get(u)) end) end
  end)
end
-- E = exp U solves E' = E U' with E(0) = 1: the result feeds itself.
local function exponential(u)
  local e = pair()
  local result, feedback = split(e)
  integrate(frac(1), multiply(feedback, differentiate(u)), e)
  return result
end
local function from_list(list)
  return produce(pair(), function(give)
    for i = 1, math.maxinteger do give(function() return frac(list[i] or 0) end) end
  end)
end
local function alternating_even() -- 1 / (1 + xx)
  return produce(pair(), function(give)
    for i = 0, math.maxinteger do
      give(function() return frac(i % 2 == 1 and 0 or i % 4 == 0 and 1 or -1) end)
    end
  end)
end

local function show(series, n)
  local out = {}
  for i = 1, n do
    local c = get(series)
    out[i] = c.d == 1 and tostring(c.n) or c.n .. "/" .. c.d
  end
  print(table.concat(out, " "))
end
local ones = constant(frac(1))
show(ones, 8)                                                        --> expect: 1 1 1 1 1 1 1 1
show(add(constant(frac(1)), constant(frac(1))), 8)                   --> expect: 2 2 2 2 2 2 2 2
show(multiply(constant(frac(1)), constant(frac(1))), 8)              --> expect: 1 2 3 4 5 6 7 8
local squared = multiply(constant(frac(1)), constant(frac(1)))
show(multiply(squared, constant(frac(1))), 7)                        --> expect: 1 3 6 10 15 21 28
show(differentiate(constant(frac(1))), 8)                            --> expect: 1 2 3 4 5 6 7 8
show(exponential(from_list { 0, 1 }), 8)            --> expect: 1 1 1/2 1/6 1/24 1/120 1/720 1/5040
show(integrate(frac(0), alternating_even()), 8)     --> expect: 0 1 0 -1/3 0 1/5 0 -1/7
