-- Recursion without end, error values of every type, errors in handlers, in __close and __gc: what pcall answers is what
-- it answers in stock Lua, in a goroutine as in main, and nobody else is hit.
local cases = {}
local function case(name, f) cases[#cases + 1] = { name, f } end

local function message(err)
  return (tostring(err):gsub("[^ ]*:%d+: ", ""):gsub("\n.*", ""):gsub("C stack", "stack"))
end
local function try(f, ...)
  local ok, err = pcall(f, ...)
  return ok, message(err)
end
-- Soon at the end of the stack.
local function deep(...) return 1 + deep(...) end
local function overflow() deep(table.unpack({}, 1, 200)) end
local function with(metatable) return setmetatable({}, metatable) end

case("in Lua", function()                       --> expect: in Lua	false stack overflow
  return try(overflow)
end)
case("gsub", function()                         --> expect: gsub	false stack overflow
  local function f(s) return (s:gsub(".", f)) end
  return try(f, "x")
end)
case("gsub's table", function()                 --> expect: gsub's table	false stack overflow
  local t = with {}
  getmetatable(t).__index = function() return (("x"):gsub("x", t)) end
  return try(string.gsub, "x", "x", t)
end)
case("tostring", function()                     --> expect: tostring	false stack overflow
  local o = with { __tostring = tostring }
  return try(tostring, o)
end)
case("format", function()                       --> expect: format	false stack overflow
  return try(tostring, with { __tostring = function(o) return ("%s"):format(o) end })
end)
case("print", function()                        --> expect: print	false stack overflow
  local o = with { __tostring = print }
  return try(print, o)
end)
case("sort", function()                         --> expect: sort	false stack overflow
  local function f() table.sort({ 1, 2, 3 }, f) end
  return try(f)
end)
case("wrap", function()                         --> expect: wrap	false stack overflow
  local function f() return coroutine.wrap(f)() end
  return try(f)
end)
case("resume", function()                       --> expect: resume	false stack overflow
  local function f() return (select(2, coroutine.resume(coroutine.create(f)))) end
  return try(error, f(), 0)
end)
case("pcall", function()                        --> expect: pcall	false stack overflow
  local function f() return (select(2, pcall(f))) end
  return try(error, f(), 0)
end)
case("xpcall", function()                       --> expect: xpcall	false stack overflow
  local function f() return (select(2, xpcall(f, message))) end
  return try(error, f(), 0)
end)
case("__index", function()                      --> expect: __index	false stack overflow
  local t = with { __index = function(t, k) return t[k] end }
  return try(function() return t.x end)
end)
case("__index of itself", function()            --> expect: __index of itself	false '__index' chain too long; possible loop
  local t = with {}
  getmetatable(t).__index = t
  return try(function() return t.x end)
end)
case("__concat", function()                     --> expect: __concat	false stack overflow
  local t = with { __concat = function(a, b) return a .. b end }
  return try(function() return t .. "x" end)
end)
case("__eq", function()                         --> expect: __eq	false stack overflow
  local m = { __eq = function(a, b) return a == b end }
  local a, b = with(m), with(m)
  return try(function() return a == b end)
end)
case("__close", function()                      --> expect: __close	false stack overflow
  local function f() local _ <close> = with { __close = function() f() end } end
  return try(f)
end)
case("coroutine.close", function()              --> expect: coroutine.close	false stack overflow
  local function f()
    local co = coroutine.create(function()
      local _ <close> = with { __close = function() f() end }
      coroutine.yield()
    end)
    coroutine.resume(co)
    local ok, err = coroutine.close(co)
    if not ok then error(err, 0) end
  end
  return try(f)
end)
case("reader", function()                       --> expect: reader	false stack overflow
  local function f() return load(function() error((select(2, f())), 0) end) end
  return try(error, (select(2, f())), 0)
end)
case("require", function()                      --> expect: require	false stack overflow
  local n = 0
  local function f()
    n = n + 1
    local name = "endless" .. n
    package.preload[name] = f
    return require(name)
  end
  return try(f)
end)
case("parser", function()                       --> expect: parser	false stack overflow
  return try(error, (select(2, load(("("):rep(1000)))), 0)
end)

case("nil", function() return pcall(error) end)               --> expect: nil	false nil
case("false", function() return pcall(error, false) end)      --> expect: false	false false
case("table", function()                                      --> expect: table	false true
  local t = {}
  local ok, err = pcall(error, t)
  return ok, err == t
end)
case("userdata", function()                                   --> expect: userdata	false true
  local ok, err = pcall(coroutine.wrap(function() error(io.stdout) end))
  return ok, err == io.stdout
end)
case("no text", function()                                    --> expect: no text	false true false deep
  local t = with { __tostring = function() error("deep", 0) end }
  local ok, err = pcall(error, t)
  return ok, rawequal(err, t), pcall(tostring, err)
end)

case("handler fails", function()                --> expect: handler fails	false error in error handling
  local ok, err = xpcall(error, function(e) error(e, 0) end, "x")
  return ok, (message(err):gsub("^stack overflow$", "error in error handling"))
end)
case("handler at the end of the stack", function() --> expect: handler at the end of the stack	false true
  return xpcall(overflow, function(e) return #debug.traceback(e) > 0 end)
end)
case("__close fails", function()                --> expect: __close fails	false a after b after first
  return try(function()
    local _ <close> = with { __close = function(_, e) error("a after " .. e, 0) end }
    local _ <close> = with { __close = function(_, e) error("b after " .. e, 0) end }
    error("first", 0)
  end)
end)
case("__gc fails", function()                   --> expect: __gc fails	true
  for _ = 1, 3 do
    with { __gc = function() error "in a finalizer" end }
    with { __gc = function()
      local function f(s) return (s:gsub(".", f)) end
      f "x"
    end }
    with { __gc = overflow }
  end
  collectgarbage()
  collectgarbage()
  return true
end)

local function show(...)
  local shown = table.pack(...)
  for i = 1, shown.n do shown[i] = tostring(shown[i]) end
  return table.concat(shown, " ")
end

local ask, answer = chan(), chan()
go.here(function()
  for question in ask do answer:send(question) end
end)
for _, c in ipairs(cases) do
  local name, f = c[1], c[2]
  local here, there = show(f()), show(go.task(f):join())
  print(name, here == there and here or here .. " / " .. there)
  ask:send(name)
  assert(answer:recv() == name)
end

-- Nobody catches it: the goroutine ends, and only that.
local function fate(f)
  local ok, err = go.task(f):result()
  return ok, message(err)
end
print(fate(overflow)) --> expect: false	stack overflow
print(fate(function()                                                 --> expect: false	in __close
  local _ <close> = setmetatable({}, { __close = function() error("in __close", 0) end })
end))
print(fate(function() error() end))                                   --> expect: false	nil
