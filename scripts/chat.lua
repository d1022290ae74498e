-- A chat: what one client says, all others hear.
--
--   lagoon scripts/chat.lua 127.0.0.1:7000             (and, in several terminals: nc 127.0.0.1 7000)
--
-- One goroutine, the room, knows who is there; nobody else does, so nothing needs a lock.  Each
-- client has a reader, which tells the room, and a writer with a channel of its own: a client that
-- does not read fills its channel, and then the room forgets it rather than wait.
local net = require "go.net"

local events = chan() -- to the room: { who = writer's channel, name = ..., text = nil | string | false }

local function room()
  local names = {}
  local function tell(text, except)
    for out in pairs(names) do
      if out ~= except and not out:try_send(text) then
        names[out] = nil
        out:close()
      end
    end
  end
  for event in events do
    if event.text == nil then
      names[event.who] = event.name
      tell(event.name .. " is here", nil)
    elseif names[event.who] and event.text then
      tell(event.name .. ": " .. event.text, event.who)
    elseif names[event.who] then
      names[event.who] = nil
      event.who:close()
      tell(event.name .. " has gone", nil)
    end
  end
end

local function write(conn, out)
  for line in out do
    if not conn:write(line, "\n") then break end
  end
  conn:close()
end

local function read(conn)
  local name, out = conn:read(), chan(100)
  if not name then return conn:close() end
  go(write, conn, out)
  events:send { who = out, name = name }
  for line in conn:lines() do events:send { who = out, name = name, text = line } end
  events:send { who = out, name = name, text = false }
end

local function serve(listener)
  for conn in listener do go(read, conn) end
end

local listener = assert(net.listen("tcp", arg[1] or "127.0.0.1:0"))
go(room)
if arg[1] then
  print("listening on " .. listener:addr())
  return serve(listener)
end

go(serve, listener)
local function join(name)
  local conn = assert(net.dial("tcp", listener:addr()))
  conn:write(name, "\n")
  print(name .. " hears: " .. conn:read())
  return conn
end
local ann = join "ann"
local bob = join "bob"
print("ann hears: " .. ann:read())
ann:write "hello, bob\n"
print("bob hears: " .. bob:read())
bob:write "hello, ann\n"
bob:close_write()
print("ann hears: " .. ann:read())
print("ann hears: " .. ann:read())

--> expect: ann hears: ann is here
--> expect: bob hears: bob is here
--> expect: ann hears: bob is here
--> expect: bob hears: ann: hello, bob
--> expect: ann hears: bob: hello, ann
--> expect: ann hears: bob has gone
