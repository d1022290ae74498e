local start, make, choose, sync = go, chan, select, go.sync
print(go.task(function()
  local done, n = make(), sync.atomic(0)
  start(function()
    n:add(1)
    done:close()
  end)
  choose { { recv = done } }
  return n:load(), start == go, make == chan, choose == select, sync == go.sync
end):join()) --> expect: 1	true	true	true	true
