-- Neither protected calls, nor handlers, nor C functions, nor coroutines hold the end up.
local function spin() while true do end end
local places = {
  spin,
  function() while true do pcall(spin) end end,
  function() while true do xpcall(error, spin) end end,
  function() while true do pcall(table.sort, { 3, 2, 1 }, spin) end end,
  function() while true do pcall(string.gsub, "abc", ".", function() pcall(spin) end) end end,
  function() while true do pcall(coroutine.wrap(function() pcall(spin) end)) end end,
  function() while true do pcall(coroutine.wrap(function() string.gsub("abc", ".", spin) end)) end end,
  function() while true do tostring(setmetatable({}, { __tostring = spin })) end end,
  function() while true do load(spin) end end,
}
for _, place in ipairs(places) do
  print(go.task(go.limits { cpu = 0.01 }, place):result())
end
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
--> expect: false	cpu limit exceeded (0.01 s)
