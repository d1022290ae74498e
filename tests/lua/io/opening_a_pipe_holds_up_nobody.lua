-- To open a pipe to read waits for who writes. Meanwhile the others of its state go on, with one processor too, and it
-- is one of them who writes.
local path = os.tmpname()
os.remove(path)
assert(os.execute("mkfifo " .. path))

-- Each closes what it opened: a writer would not wait for the next reader while an old one is left, and could be gone
-- before that opens.
local ways = {
  { "io.open", function()
    local reader <close> = io.open(path)
    return reader:read("a")
  end },
  { "io.lines", function()
    local next, _, _, reader <close> = io.lines(path)
    return next()
  end },
  { "io.input", function()
    local reader <close> = io.input(path)
    return io.read("a")
  end },
  { "loadfile", function() return loadfile(path)() end },
  { "dofile", function() return dofile(path) end },
  { "searchpath", function() return package.searchpath("name", "/no/?;" .. path) == path end, reads_nothing = true },
}
for _, way in ipairs(ways) do
  local about, done = chan(), chan()
  go.here(function()
    about:send(true)
    done:send((way[2]()))
  end)
  about:recv()
  go.yield()
  local writer = io.open(path, "w") -- waits for the reader
  if not way.reads_nothing then writer:write("return 5") end
  writer:close()
  print(way[1], (done:recv()))
end
--> expect: io.open	return 5
--> expect: io.lines	return 5
--> expect: io.input	return 5
--> expect: loadfile	5
--> expect: dofile	5
--> expect: searchpath	true
os.remove(path)
