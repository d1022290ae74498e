local m, ch = go.sync.map(), chan()
m:set(ch, "channel")
print(go.task(function() return m:get(ch) end):join()) --> expect: channel
print(m:get(chan()))                                    --> expect: nil
