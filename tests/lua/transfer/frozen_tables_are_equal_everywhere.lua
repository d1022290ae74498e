local none = go.freeze {}
local ch, out = chan(1), chan(3)
go(function()
  local v = ch:recv()
  out:send(v == none)
  out:send(({ [none] = "found" })[v])
  out:send(v)
end)
ch:send(none)
print((out:recv()))          --> expect: true
print((out:recv()))          --> expect: found
print((out:recv()) == none)  --> expect: true
print(go.freeze {} == none)  --> expect: false
