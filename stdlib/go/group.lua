-- go.group([ctx [, options]]): structured concurrency.
--
--   local g <close> = go.group()
--   for _, url in ipairs(urls) do g:go(fetch, url) end
--   g:wait()
--
-- No goroutine of a group outlives it: wait() waits for all of them, the first error cancels the others, and
-- leaving the scope of a <close> variable cancels and awaits what is left.
--
-- A group is a table of shared objects, so a goroutine that captures it has the same group.

local context = require "go.context"
local sync = require "go.sync"
local time = require "go.time"
local chan, go, select = chan, go, select

local Group = {}
Group.__index = Group
Group.__name = "group"

-- What crosses to other goroutines is a part of this module: the classes, and the body of each goroutine.
local M = { Group = Group }

local KEEP = 64 -- so many ended tasks are kept at least before they are looked for

-- Ends everything, once: the context first, then each goroutine.  One that is started later is cancelled by
-- go(), which holds the same lock.
local function end_all(self, cause)
  self.ctx:cancel(cause)
  local _ <close> = self.lock:lock()
  if self.info:get "ended" then return end
  self.info:set("ended", true)
  for _, task in self.tasks:pairs() do task:cancel() end
end
M.end_all = end_all

-- Ends everything because of an error.
local function fail(self, err)
  end_all(self, type(err) == "string" and err or tostring(err)) -- what can be copied
end

-- A task has ended: forgets it, unless its error is the one to be raised.
local function collect(self, n, task)
  if task:status() == "failed" then
    local ended = self.ctx:done()
    if not ended then self.first:cas(0, n) end
    if self.first:load() == n then
      self.info:set("failed", task)
      if not ended then end_all(self) end
    else
      task:result()
    end
  end
  self.tasks:delete(n)
end

local function kill_all(self)
  for _, task in self.tasks:pairs() do task:kill() end
end

-- Cancels what is left and waits for it; kills what does not end within the grace period.
local function finish(self)
  end_all(self)
  local deadline = time.monotonic() + self.grace
  while self.tasks:len() > 0 do
    for n, task in self.tasks:pairs() do
      local left = math.max(0, deadline - time.monotonic())
      if select { priority = true, { recv = task }, { after = left } } == 2 then
        task:kill()
        select { { recv = task } }
      end
      collect(self, n, task)
    end
  end
end

-- Waits until all have ended; when the context ends first, sees to it that they do.
local function await(self)
  while self.tasks:len() > 0 do
    for n, task in self.tasks:pairs() do
      if select { priority = true, { recv = task }, { recv = self.ctx } } == 2 then return finish(self) end
      collect(self, n, task)
    end
  end
end

-- The parent's end needs no watching any more.
local function unwatch(self)
  if not self.parent then return end
  local _ <close> = self.lock:lock()
  local watch = self.info:get "watch"
  if watch then
    watch:stop()
    self.info:delete "watch"
  end
end

-- A <close> variable that ends what is left, however the waiting ended.
local Leaving = {}
function Leaving.__close(leaving)
  local self = leaving.group
  if not leaving.done and not pcall(finish, self) then kill_all(self) end -- a killed goroutine cannot wait
  pcall(unwatch, self)
end

-- g:wait() -> true when all goroutines have ended well; raises the first error, after the others were cancelled
-- and have ended; nil, "canceled" when the group was cancelled and none failed.  The group can be used on
-- after true.  Cancelling the goroutine that waits ends the group.  May block.
function Group:wait()
  do
    local leaving <close> = setmetatable({ group = self }, Leaving)
    await(self)
    leaving.done = true
  end
  local failed = self.info:get "failed"
  if failed then
    self.info:set("raised", true)
    failed:join()
  end
  if self.ctx:done() then return nil, "canceled" end
  return true
end

-- The end of a group's variable: cancels and awaits what is left.  Raises the first error, unless another one is
-- on its way.
function Group:__close(err)
  do
    local leaving <close> = setmetatable({ group = self }, Leaving)
  end
  local failed = self.info:get "failed"
  if failed and err ~= nil then
    failed:result()
  elseif failed and not self.info:get "raised" then
    failed:join()
  end
end

-- g:cancel([cause]): cancels the context and every goroutine.
function Group:cancel(cause)
  end_all(self, cause)
end

-- A <close> variable of each goroutine, which says how it ended.
local Ending = {}
M.Ending = Ending
function Ending.__close(ending, err)
  local self = ending.group
  if err ~= nil and not (go.is_canceled(err) and self.ctx:done()) and self.first:cas(0, ending.n) then
    pcall(fail, self, err) -- when that is cancelled, another one ends the group already
  end
  if ending.slots then ending.slots:try_recv() end
end

-- Does the group know the task yet?  Whoever starts it holds the lock until then, or was killed on the way.  Does
-- not block, as a cancellation is for f to see.
local function is_known(ending)
  local self = ending.group
  while not self.tasks:get(ending.n) do
    local held <close> = self.lock:try_lock()
    if held then return self.tasks:get(ending.n) ~= nil end
    go.yield()
  end
  return true
end

-- The body of each goroutine.
function M.run(ending, f, ...)
  local _ <close> = ending
  if is_known(ending) then f(...) end
end

-- Forgets tasks that have ended well, when there may be many.
local function prune(self)
  if self.tasks:len() <= self.keep:load() then return end
  for n, task in self.tasks:pairs() do
    if task:status() == "done" then self.tasks:delete(n) end
  end
  self.keep:store(math.max(KEEP, 2 * self.tasks:len()))
end

local function watch_parent(self)
  if self.parent and not self.info:get "watch" then
    self.info:set("watch", context.after_func(self.parent, end_all, self))
  end
end

local function start(self, slots, f, ...)
  local _ <close> = self.lock:lock()
  prune(self)
  watch_parent(self)
  local n = self.count:add(1)
  local task = go.task(M.run, setmetatable({ group = self, slots = slots, n = n }, Ending), f, ...)
  self.tasks:set(n, task)
  if self.info:get "ended" then task:cancel() end
end

-- g:go(f, ...) -> true: starts f(...) as a goroutine of the group.  With a limit, waits until fewer are running;
-- false, "canceled" when the group ends meanwhile.  Raises when something cannot be copied.  May block.
function Group:go(f, ...)
  if type(f) ~= "function" then
    error(("bad argument #1 to 'go' (function expected, got %s)"):format(type(f)), 2)
  end
  local slots = self.info:get "slots" or false
  if slots and select { { send = slots, value = true }, { recv = self.ctx } } == 2 then
    return false, "canceled"
  end
  local ok, err = pcall(start, self, slots, f, ...)
  if not ok then
    if slots then slots:try_recv() end
    if type(err) == "string" then err = err:gsub("^.-go%.task: ", "group:go: ") end
    error(err, 2)
  end
  return true
end

local function running(self)
  local count = 0
  for _, task in self.tasks:pairs() do
    if task:status() == "running" then count = count + 1 end
  end
  return count
end

-- g:limit(n): at most n goroutines of the group run at one time (nil or less than 0: any number).  Raises while
-- some are running.
function Group:limit(n)
  if n ~= nil and math.type(n) ~= "integer" then
    local got = type(n) == "number" and ("integer expected, got %s"):format(n)
      or ("number expected, got %s"):format(type(n))
    error(("bad argument #1 to 'limit' (%s)"):format(got), 2)
  end
  local active = running(self)
  if active > 0 then
    error(("errgroup: modify limit while %d goroutines in the group are still active"):format(active), 2)
  end
  self.info:set("slots", n and n >= 0 and chan(n) or nil)
end

function Group:__tostring()
  return ("group(%d): %s"):format(running(self), tostring(self.ctx):match "0x%x+")
end

-- The group's own context.
local function child_of(ctx)
  local ok, child = pcall(context.with_cancel, ctx == nil and context.background() or ctx)
  if not ok then
    error(("bad argument #1 to 'go.group' (context expected, got %s)"):format(type(ctx)), 3)
  end
  return child
end

local function check_grace(options)
  local grace = options and options.grace or 5
  if type(grace) ~= "number" or grace < 0 or grace ~= grace then
    error(("go.group: grace must be a number of seconds, got %s"):format(tostring(grace)), 3)
  end
  return grace
end

-- go.group([ctx [, { grace = s }]]) -> a group.  It ends with ctx; its own context is g.ctx.  A goroutine that
-- has not ended s seconds (5) after it was cancelled is killed.
function M.new(ctx, options)
  local self = {
    ctx = child_of(ctx),
    parent = ctx,
    grace = check_grace(options),
    tasks = sync.map(),         -- number -> task
    info = sync.map(),          -- slots: the limit; failed: the first task to fail; ended; watch;
                                -- raised: wait has raised its error
    count = sync.atomic(0),     -- the number of the task started last
    first = sync.atomic(0),     -- the number of the first that failed
    keep = sync.atomic(KEEP),   -- tasks that may be there before ended ones are forgotten
    lock = sync.mutex(),        -- held while one is started, and while all are ended
  }
  return setmetatable(self, Group)
end

return setmetatable(M, { __call = function(_, ...) return M.new(...) end })
