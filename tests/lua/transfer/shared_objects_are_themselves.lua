local things = {
  chan(), go.sync.mutex(), go.sync.waitgroup(), go.sync.once(), go.sync.atomic(0), go.sync.map(),
  go.sync.semaphore(1), go.sync.rwmutex(), go.context.with_cancel(go.context.background()),
  go.time.timer(1000), go.task(function() end), go.freeze {},
}
local ch, out = chan(), chan()
go(function()
  for thing in ch do out:send(thing) end
end)
for i, thing in ipairs(things) do
  ch:send(thing)
  local back = out:recv()
  assert(back == thing, i)
  assert(({ [thing] = true })[back], i)
end
ch:close()
print(#things) --> expect: 12
