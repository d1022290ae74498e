-- T23 goroutines.go: ten thousand goroutines, each waiting for its neighbour; one value goes
-- through all.
local leftmost = chan()
local left = leftmost
for _ = 1, 10000 do
  local right = chan()
  go(function(l, r) l:send(r:recv() + 1) end, left, right)
  left = right
end
go(function(last) last:send(0) end, left)
print((leftmost:recv())) --> expect: 10000
