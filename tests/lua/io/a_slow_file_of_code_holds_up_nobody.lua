-- loadfile, dofile and require read a pipe that nobody has written yet: with one processor, too, the others of their
-- state go on, and whoever waits there can be killed.
--> env: LAGOON_DEBUG=threads=30
local path = os.tmpname()
os.remove(path)
assert(os.execute("mkfifo " .. path))
local pipe = assert(io.open(path, "r+")) -- both ends are open: nobody waits for the other
package.path = path

local ways = {
  function() return loadfile(path)() end,
  function() return dofile(path) end,
  function() return (require "code") end,
}
for _, way in ipairs(ways) do
  local waiting = go.task(way)
  go.sleep(0.02)
  waiting:kill()
  print(waiting:result()) --> expect: false	killed
end
--> expect: false	killed
--> expect: false	killed

for _, way in ipairs(ways) do
  local done, beside = chan(), chan()
  go.here(function() done:send(way()) end)
  go.here(function()
    go.sleep(0.02)
    beside:send(true)
  end)
  beside:recv()
  local writer = assert(io.open(path, "w"))
  pipe:close() -- the last writer's end is the end of the file
  writer:write("return 'read'"):close()
  print((done:recv())) --> expect: read
  pipe = assert(io.open(path, "r+"))
end
--> expect: read
--> expect: read
os.remove(path)
