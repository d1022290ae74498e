local ch, full = chan(), chan(1)
full:send(0)
local mutex, wg, sem = go.sync.mutex(), go.sync.waitgroup(), go.sync.semaphore(1)
mutex:lock()
wg:add(1)
sem:acquire()
local ctx = go.context.with_cancel(go.context.background())
local sleeper = go.task(function() go.sleep(1000) end)
local ways = {
  recv = function() ch:recv() end,
  send = function() full:send(1) end,
  timed_recv = function() ch:recv(1000) end,
  range = function() for _ in ch do end end,
  select = function() select { { recv = ch }, { send = full, value = 1 }, { after = 1000 } } end,
  empty_select = function() select {} end,
  context = function() select { { recv = ctx } } end,
  sleep = function() go.sleep(1000) end,
  lock = function() mutex:lock() end,
  wait = function() wg:wait() end,
  acquire = function() sem:acquire() end,
  join = function() sleeper:join() end,
}
local names = {}
for name in pairs(ways) do names[#names + 1] = name end
table.sort(names)
local canceled = 0
for _, name in ipairs(names) do
  local started = chan()
  local t = go.task(function(way)
    started:close()
    way()
  end, ways[name])
  started:recv()
  t:cancel()
  local ok, err = t:result()
  assert(not ok and go.is_canceled(err), name .. ": " .. tostring(err))
  canceled = canceled + 1
end
sleeper:cancel()
sleeper:result()
print(canceled) --> expect: 12
