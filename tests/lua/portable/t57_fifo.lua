-- T57 fifo.go: a buffered channel keeps its order; hand-offs run along a chain of ten in order.
local ch = chan(10)
for i = 1, 10 do ch:send(i) end
for i = 1, 10 do assert(ch:recv() == i) end

local values = chan()
local function link(my_turn, next_turn, expected)
  my_turn:recv()
  assert(values:recv() == expected)
  if next_turn then next_turn:send(true) end
end
local first = chan(1)
local turn = first
local last
for i = 1, 10 do
  local after = chan()
  last = go.task(link, turn, i < 10 and after or nil, i)
  turn = after
end
first:send(true)
for i = 1, 10 do values:send(i) end
last:join()
print "in order" --> expect: in order
