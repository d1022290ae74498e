local m, ch = go.sync.mutex(), chan(1)
ch:send { lock = m }
print(ch:recv().lock == m)                    --> expect: true
print(go.task(function() return m end):join() == m) --> expect: true
print(go.sync.mutex() == m)                   --> expect: false
