-- The next blocking call raises; after that the goroutine may go on, and clean up as it likes.
local gate, out = chan(), chan(1)
local t = go.task(function()
  local ok, err = pcall(gate.recv, gate)
  out:send("still blocking")
  return ok, go.is_canceled(err), go.canceled(), (gate:recv())
end)
t:cancel()
print((out:recv())) --> expect: still blocking
gate:send("more")
print(t:join()) --> expect: false	true	true	more
