local ch, ctx = chan(), go.context.with_cancel(go.context.background())
local gate = chan()
local task = go.task(function() gate:recv() end)
local timer, ticker = go.time.timer(1000), go.time.ticker(1000)
local function which()
  return (select { priority = true, { recv = ch }, { recv = ctx }, { recv = task }, { recv = timer },
    { recv = ticker }, { after = 0.01 } })
end
print(which()) --> expect: 6
ticker:reset(0.001)
go.sleep(0.005)
print(which()) --> expect: 5
timer:reset(0)
go.sleep(0.005)
print(which()) --> expect: 4
gate:close()
task:join()
print(which()) --> expect: 3
ctx:cancel()
print(which()) --> expect: 2
ch:close()
print(which()) --> expect: 1
ticker:stop()
