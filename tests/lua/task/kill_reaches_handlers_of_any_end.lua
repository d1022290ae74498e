-- Whatever a goroutine's handlers run for: an error, go.exit, a coroutine that failed or is closed.
local function loops(started)
  return setmetatable({}, {
    __close = function()
      started:close()
      while true do end
    end,
  })
end
local function ends(body)
  local started = chan()
  local t = go.task(body, started)
  started:recv()
  t:kill()
  local ok, why = t:result()
  print(ok, type(why) == "string" and why:match "[^:]*$" or type(why))
end
ends(function(started)
  local c <close> = loops(started)
  error "an error"
end) --> expect: false	 an error
ends(function(started)
  local c <close> = loops(started)
  go.exit()
end) --> expect: true	nil
ends(function(started)
  pcall(coroutine.wrap(function()
    local c <close> = loops(started)
    error "an error"
  end))
end) --> expect: false	killed
ends(function(started)
  local co = coroutine.create(function()
    local c <close> = loops(started)
    coroutine.yield()
  end)
  coroutine.resume(co)
  coroutine.close(co)
end) --> expect: false	killed
ends(function(started)
  error(setmetatable({}, { __tostring = function()
    started:close()
    while true do end
  end }))
end) --> expect: false	table
