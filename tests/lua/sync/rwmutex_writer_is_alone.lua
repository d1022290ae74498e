local rw, out = go.sync.rwmutex(), chan(2)
rw:lock()
go(function()
  rw:rlock()
  out:send("reader")
  rw:runlock()
end)
print(out:recv(0.03)) --> expect: nil	false	timeout
rw:unlock()
print((out:recv()))   --> expect: reader
rw:rlock()
go(function()
  rw:lock()
  out:send("writer")
  rw:unlock()
end)
print(out:recv(0.03)) --> expect: nil	false	timeout
rw:runlock()
print((out:recv()))   --> expect: writer
