local g, out = go.group(), chan(1)
g:go(function()
  local _, err = pcall(go.sleep, 1000)
  out:send(go.is_canceled(err))
end)
g:cancel("enough")
print(g:wait())        --> expect: nil	canceled
print((out:recv()))    --> expect: true
print(g.ctx:cause())   --> expect: enough
