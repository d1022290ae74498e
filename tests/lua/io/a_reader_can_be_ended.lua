-- Cancelled, killed, or its file closed by another: a goroutine that waits for input stops waiting.
local blocked = dofile("../support/blocked.lua")

local function waiting(name, file, method)
  local t = go.task(function()
    go.name(name)
    local _ <close> = setmetatable({}, { __close = function() print(name .. " left") end })
    return file:read("l")
  end)
  blocked(name, "IO wait")
  return t
end

-- The error of a task, without where it was.
local function why(t)
  local _, message = pcall(t.join, t)
  return (tostring(message):match("^[^\n]+"))
end

local pipe = assert(io.popen("echo $$; exec sleep 100"))
local pid = pipe:read("n")
pipe:read("l")

local canceled = waiting("canceled", pipe)
canceled:cancel()
print(why(canceled)) --> expect: canceled left
--> expect: canceled

local killed = waiting("killed", pipe)
killed:kill()
print(why(killed)) --> expect: killed left
--> expect: killed

local second = waiting("in turn", pipe)
local closed = go.task(function()
  go.name("closer")
  return pipe:close()
end)
print(why(second)) --> expect: in turn left
--> expect: a_reader_can_be_ended.lua:8: attempt to use a closed file
os.execute("kill " .. pid)
print(closed:join()) --> expect: nil	signal	15
