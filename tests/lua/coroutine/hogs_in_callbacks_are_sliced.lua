-- Wherever a goroutine computes for ever, the others go on, with one processor too: those of other worker states, and
-- those of its own, unless a module's function is on the hog's stack.
local lpeg = pcall(require, "lpeg")

local function compute(stop)
  repeat
    for _ = 1, 10000 do end
    local _, _, why = stop:try_recv()
  until why == "closed"
  return "done"
end

local places = {
  { "comparator", function(stop) table.sort({ 2, 1 }, function(a, b) return compute(stop) and a < b end) end },
  { "gsub", function(stop) return (("x"):gsub("x", function() return compute(stop) end)) end },
  { "gsub's table", function(stop)
    return (("x"):gsub("x", setmetatable({}, { __index = function() return compute(stop) end })))
  end },
  { "tostring", function(stop) return tostring(setmetatable({}, { __tostring = function() return compute(stop) end })) end },
  { "format", function(stop)
    return ("%s"):format(setmetatable({}, { __tostring = function() return compute(stop) end }))
  end },
  { "concat", function(stop)
    return table.concat(setmetatable({}, { __len = function() return 1 end, __index = function() return compute(stop) end }))
  end },
  { "reader", function(stop) load(function() compute(stop) end) end },
  { "handler", function(stop) xpcall(error, function() compute(stop) end) end },
  { "hook", function(stop)
    debug.sethook(function()
      debug.sethook()
      compute(stop)
    end, "l")
    local _ = 1
  end },
  { "coroutine.close", function(stop)
    local co = coroutine.create(function()
      local _ <close> = setmetatable({}, { __close = function() compute(stop) end })
      coroutine.yield()
    end)
    coroutine.resume(co)
    coroutine.close(co)
  end },
  { "coroutines in callbacks", function(stop)
    return coroutine.wrap(function()
      table.sort({ 2, 1 }, coroutine.wrap(function() compute(stop) end))
    end)()
  end },
  { "required chunk", function(stop)
    package.preload.hog = function() compute(stop) end
    require "hog"
  end, module = true },
  { "lpeg", function(stop)
    local l = require "lpeg"
    l.match(l.Cmt(1, function() return compute(stop) and true end), "x")
  end, module = true, missing = not lpeg },
}

-- In main's state, which a module's hog that `go` started is never in.
local ask, answer = chan(), chan()
go.here(function()
  for question in ask do answer:send(question) end
end)

local function others_go_on(start, place)
  local started, stop = chan(1), chan()
  local ended = chan(1)
  start(function()
    started:send(true)
    place[2](stop)
    ended:send(true)
  end)
  started:recv()
  for i = 1, 3 do
    ask:send(i)
    assert(answer:recv() == i)
  end
  local going = ended:len() == 0
  stop:close()
  ended:recv()
  return going
end

for _, place in ipairs(places) do
  if not place.missing then
    assert(others_go_on(go, place), place[1])
    if not place.module then assert(others_go_on(go.here, place), place[1]) end
  end
end
print "all went on" --> expect: all went on
