-- Commands that do not end: whoever waits for them needs no thread, and can be killed.
--> env: LAGOON_DEBUG=threads=20
local count = 40
local path = os.tmpname()
os.remove(path)
assert(os.execute("mkfifo " .. path))
local gate = assert(io.open(path, "r+")) -- both ends are open: nobody waits for the other
local command = "read line < " .. path .. "; exit 3"

local ways = {
  function() return os.execute(command) end,
  function() return io.popen(command):close() end,
  function() return (coroutine.wrap(function() return select(3, os.execute(command)) end)()) == 3 and nil, "exit", 3 end,
  function()
    local file <close> = io.popen(command)
    return nil, "exit", 3
  end,
}
local started, tasks = chan(count), {}
for i = 1, count do
  tasks[i] = go.task(function(way)
    started:send(true)
    return way()
  end, ways[i % #ways + 1])
end
for _ = 1, count do started:recv() end

local killed, ended = 0, 0
for i = 1, count, 2 do tasks[i]:kill() end
for i = 1, count, 2 do
  local ok, why = tasks[i]:result()
  if not ok and tostring(why) == "killed" then killed = killed + 1 end
end
print(killed) --> expect: 20

gate:write(("\n"):rep(count)):flush()
for i = 2, count, 2 do
  local ok, how, status = tasks[i]:join()
  if not ok and how == "exit" and status == 3 then ended = ended + 1 end
end
print(ended) --> expect: 20
os.remove(path)
