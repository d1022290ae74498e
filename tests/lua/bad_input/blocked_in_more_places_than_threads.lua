-- A comparator's and an lpeg callback's C frames cannot be left: who blocks there keeps a thread, and who finds none
-- gets an error that says so.  The others go on.
--> env: LAGOON_DEBUG=threads=60
local count = 200
local gate, done = chan(), chan(count)

local function sort()
  table.sort({ 1, 2 }, function(a, b) return gate:recv() and a < b end)
end
local function match()
  local lpeg = require "lpeg"
  lpeg.match(lpeg.Cmt(1, function() return gate:recv() or true end), "x")
end

for i = 1, count do
  go(function(place) done:send((select(2, pcall(place)))) end, i % 2 == 0 and match or sort)
end
-- The gate is closed until somebody was refused.
print((done:recv():gsub("^%S+: ", ""))) --> expect: cannot block here: all 60 threads are blocked inside C functions
print(go.task(function() return (("x"):gsub("x", function() return "still" end)) end):join()) --> expect: still
gate:close()
local blocked, refused = 0, 1
for _ = 2, count do
  local err = done:recv()
  if err == nil then
    blocked = blocked + 1
  else
    assert(err:find("all 60 threads", 1, true), err)
    refused = refused + 1
  end
end
print(blocked > 0, refused > 0, blocked + refused) --> expect: true	true	200
