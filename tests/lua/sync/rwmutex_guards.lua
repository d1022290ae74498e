local rw, out = go.sync.rwmutex(), chan(1)
do
  local a <close> = rw:rlock()
  local b <close> = rw:rlock()
end
do
  local _ <close> = rw:lock()
end
go(function()
  rw:lock()
  out:send("free")
end)
print((out:recv())) --> expect: free
