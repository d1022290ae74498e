-- Arguments arrive as given: nils in the middle and at the end count.
local out = chan()
go(function(...) out:send(table.pack(...)) end, 1, nil, "three", nil)
local got = out:recv()
print(got.n, got[1], got[2], got[3], got[4]) --> expect: 4	1	nil	three	nil
