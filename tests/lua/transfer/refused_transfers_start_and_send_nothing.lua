local co, ran, ch = coroutine.create(print), go.sync.atomic(0), chan(1)
print((pcall(go, function() ran:add(1) return co end))) --> expect: false
print((pcall(ch.send, ch, { co })))                     --> expect: false
go.sleep(0.01)
print(ran:load(), #ch)                                  --> expect: 0	0
