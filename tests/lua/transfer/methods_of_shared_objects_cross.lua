-- A method taken from its object is a function like those of a library, also where its type was never seen.
local ch, mutex, done = chan(1), go.sync.mutex(), chan()
local send, lock, unlock = ch.send, mutex.lock, mutex.unlock
go(function()
  lock(mutex)
  send(ch, "sent")
  unlock(mutex)
end)
print(ch:recv()) --> expect: sent	true

local verbs = { recv = ch.recv, sleep = go.sleep }
go(function() done:send((verbs.recv(ch))) end)
ch:send("through a table")
print(done:recv()) --> expect: through a table	true

local count = chan(1)
go(function(method, n)
  local own = go.sync.atomic(n)
  count:send(method(own, 2))
end, go.sync.atomic(0).add, 40)
print(count:recv()) --> expect: 42	true

go(function() done:send(send == ch.send) end)
print(done:recv()) --> expect: true	true
print(select(2, pcall(send, mutex, 1))) --> expect: bad argument #1 to '?' (chan expected, got mutex)
