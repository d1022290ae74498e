-- go.net: connections over TCP, UDP and unix sockets.
--
--   local l <close> = assert(net.listen("tcp", "127.0.0.1:8080"))
--   for conn in l do go(serve, conn) end
--
--   local conn <close> = assert(net.dial("tcp", "example.org:80", { timeout = 5 }))
--
-- Here is what concerns several addresses: names, and which of them answers first.  A single socket
-- is go.net.socket's.

local socket = require "go.net.socket"
local time = require "go.time"
local chan, go, select = chan, go, select

-- What crosses to other goroutines is a part of this module.
local M = {}

local FALLBACK_DELAY = 0.3 -- how long the family that comes first has a lead (RFC 8305)
local LEAST_SHARE = 2      -- of a time-out, for each of several addresses
local AGAIN_DELAY = 0.001  -- a unix listener's queue is full

local function check_options(options, what, arg)
  if options ~= nil and type(options) ~= "table" then
    error(("bad argument #%d to '%s' (table expected, got %s)"):format(arg, what, type(options)), 3)
  end
  return options or {}
end

local function is_unix(network) return network == "unix" or network == "unixgram" end

-- Which addresses the network wants: 4, 6 or nil for both.
local function family_of(network) return tonumber(network:match "[46]$") end

local function bad_address(addr, why)
  return nil, ("address %s: %s"):format(addr, why), "address"
end

-- "host:port", "[host]:port" -> host, port | nil, message, code
local function split(addr)
  if addr == "" then return nil, "missing address", "address" end
  local host, port = addr:match "^%[(.*)%]:([^:]*)$"
  if not host then host, port = addr:match "^([^:]*):([^:]*)$" end
  if not host then
    return bad_address(addr, addr:find ":" and "too many colons in address" or "missing port in address")
  end
  if not (port:match "^%d+$" and #port < 6 and tonumber(port) < 65536) then
    return bad_address(addr, "invalid port")
  end
  return host, port
end

local function join(host, port)
  return (host:find(":", 1, true) and "[%s]:%s" or "%s:%s"):format(host, port)
end

local function left(deadline) return deadline and deadline - time.monotonic() end

-- Whether there is no time to wait, however soon an answer comes.
local function is_over(deadline, ctx)
  return ctx ~= nil and ctx:done() or deadline ~= nil and left(deadline) <= 0
end

-- What a wait that was given up is reported as.
local function gave_up(what, ctx)
  if ctx and ctx:err() == "context canceled" then
    return nil, what .. ": operation was canceled", "canceled"
  end
  return nil, what .. ": i/o timeout", "timeout"
end

-- Receives what other goroutines answer; nil if the deadline or the context comes first.
local function await(answers, deadline, ctx)
  return select {
    { recv = answers, function(answer) return answer end },
    { recv = ctx or false, function() end },
    { after = left(deadline) or false, function() end },
  }
end

-- --- Names

-- pcall(f), but an error is what a look-up that fails returns.
local function try(host, f)
  local answer = table.pack(pcall(f))
  if not answer[1] then answer = table.pack(false, nil, ("lookup %s: %s"):format(host, answer[2]), "lookup") end
  return answer
end

-- The body of a goroutine that outlives who asked, if that gives up: others may be waiting for the same
-- name, for which the system is asked once.  It can neither be hurried nor interrupted.
function M._lookup(answers, host, family)
  local key <const> = ("%s/%s"):format(host, family)
  local asked = false
  local function ask()
    asked = true
    local found <const> = try(host, function() return socket.lookup(host, family) end)
    return table.unpack(found, 2, found.n)
  end
  local function share() return socket.lookups:call(key, ask) end
  local answer
  repeat -- a limit that is not ours may end who asks for all
    answer = try(host, share)
  until answer[1] or asked
  answers:send(table.pack(table.unpack(answer, 2, answer.n)))
end

local function lookup(host, family, deadline, ctx)
  if not is_over(deadline, ctx) then
    local answers = chan(1)
    go(M._lookup, answers, host, family)
    local answer = await(answers, deadline, ctx)
    if answer then return table.unpack(answer, 1, answer.n) end
  end
  return gave_up("lookup " .. host, ctx)
end

-- lookup(host [, { timeout = s, ctx = ctx }]) -> addresses, a list of strings | nil, message, code
function M.lookup(host, options)
  if type(host) ~= "string" then
    error(("bad argument #1 to 'lookup' (string expected, got %s)"):format(type(host)), 2)
  end
  options = check_options(options, "lookup", 2)
  return lookup(host, nil, options.timeout and time.monotonic() + options.timeout, options.ctx)
end

-- The addresses behind addr as the socket wants them.
local function resolve(network, addr, deadline, ctx)
  if socket.numeric(network, addr) or is_unix(network) then return { addr } end
  local host, port, code = split(addr)
  if not host then return nil, port, code end
  if socket.numeric(network, join(host, port)) then return { join(host, port) } end
  local hosts, message
  hosts, message, code = lookup(host, family_of(network), deadline, ctx)
  if not hosts then return nil, message, code end
  for i, found in ipairs(hosts) do hosts[i] = join(found, port) end
  return hosts
end

-- --- Dialling

-- One address after the other, each with its share of what time is left.
local function dial_each(network, addrs, deadline, local_addr)
  local first
  for i, addr in ipairs(addrs) do
    local share = left(deadline)
    if share then share = math.max(share / (#addrs - i + 1), math.min(share, LEAST_SHARE)) end
    local conn, message, code
    repeat
      conn, message, code = socket.connect(network, addr, share, local_addr)
      if code == "again" then time.sleep(AGAIN_DELAY) end
      share = left(deadline) or share
    until code ~= "again" or share and share <= 0
    if conn then return conn end
    first = first or { message, code }
  end
  return nil, first[1], first[2]
end

-- The body of a goroutine that dials; a cancellation is an answer too.
function M._dial(answers, ...)
  local answer = table.pack(pcall(dial_each, ...))
  answers:try_send(answer)
end

-- Those of the first one's family, and the others.
local function by_family(addrs)
  local first, others = {}, {}
  local six = addrs[1]:sub(1, 1) == "["
  for _, addr in ipairs(addrs) do
    table.insert((addr:sub(1, 1) == "[") == six and first or others, addr)
  end
  return first, others
end

-- Both families at once, the second a little later or when the first has failed; and whoever comes
-- first is taken.
local function dial_parallel(network, addrs, deadline, ctx, local_addr, what)
  local answers <const> = chan(2)
  local tasks <close> = setmetatable({}, { __close = function(tasks)
    for _, task in ipairs(tasks) do task:cancel() end
  end })
  local first, others = by_family(addrs)
  local function start(list)
    table.insert(tasks, go.task(M._dial, answers, network, list, deadline, local_addr))
  end
  start(first)
  local running, later, failure = 1, #others > 0, nil
  while running > 0 or later do
    local lead = later and running > 0 and time.monotonic() + FALLBACK_DELAY or nil
    if lead and deadline and deadline < lead then lead = nil end
    local answer = running > 0 and await(answers, lead or deadline, ctx)
    if answer then
      running = running - 1
      if answer[2] then return answer[2] end
      failure = failure or answer
    elseif not later or is_over(deadline, ctx) then
      return gave_up(what, ctx)
    end
    if later then
      later, running = false, running + 1
      start(others)
    end
  end
  return nil, failure[3], failure[4]
end

-- dial(network, addr [, options]) -> conn | nil, message, code.  Options: timeout (s), ctx,
-- local_addr, nodelay = false, keepalive = false.
function M.dial(network, addr, options)
  options = check_options(options, "dial", 3)
  local deadline = options.timeout and time.monotonic() + options.timeout
  local ctx = options.ctx
  local what = ("dial %s %s"):format(network, addr)
  if ctx and ctx:done() then return gave_up(what, ctx) end
  if not is_unix(network) and addr:find "^:%d+$" then addr = "localhost" .. addr end
  local addrs, conn, message, code
  addrs, message, code = resolve(network, addr, deadline, ctx)
  if not addrs then return nil, ("dial %s: %s"):format(network, message), code end
  if #addrs == 1 and not ctx then
    conn, message, code = dial_each(network, addrs, deadline, options.local_addr)
  else
    conn, message, code = dial_parallel(network, addrs, deadline, ctx, options.local_addr, what)
  end
  if not conn then return nil, message, code end
  if options.nodelay == false then conn:set_nodelay(false) end
  if options.keepalive == false then conn:set_keepalive(false) end
  return conn
end

-- --- Listening

-- listen(network, addr [, options]) -> listener; for udp and unixgram a conn | nil, message, code.
-- Options: backlog, reuseport.
function M.listen(network, addr, options)
  options = check_options(options, "listen", 3)
  local addrs, message, code = resolve(network, addr)
  if not addrs then return nil, ("listen %s: %s"):format(network, message), code end
  return socket.listen(network, addrs[1], options.backlog, options.reuseport)
end

return M
