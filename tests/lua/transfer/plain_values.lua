local function cross(...) return go.task(function(...) return ... end, ...):join() end
print(cross(nil, true, false, 1, 1.0, -0.0, "s"))        --> expect: nil	true	false	1	1.0	-0.0	s
print(cross(math.maxinteger) == math.maxinteger)         --> expect: true
print(cross(math.mininteger) == math.mininteger)         --> expect: true
print(cross(1 / 0), cross(-1 / 0))                       --> expect: inf	-inf
local nan = cross(0 / 0)
print(nan ~= nan)                                        --> expect: true
print(math.type(cross(3)), math.type(cross(3.0)))        --> expect: integer	float
