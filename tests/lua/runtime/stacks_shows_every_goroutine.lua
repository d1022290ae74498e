package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local gate = chan()
for _, name in ipairs { "first", "second" } do
  go(function()
    go.name(name)
    local function waiting_room() gate:recv() end
    waiting_room()
  end)
  blocked(name, "chan receive")
end
local text = go.runtime.stacks()
for _, part in ipairs { "goroutine 1 [running]", '[chan receive] "first"', '[chan receive] "second"',
  "waiting_room", "created by goroutine 1 at stacks_shows_every_goroutine.lua:5" } do
  assert(text:find(part, 1, true), part .. " is not in\n" .. text)
end
local count = 0
for line in text:gmatch "[^\n]+" do
  if line:find "^goroutine %d+ %[" then count = count + 1 end
end
print(count == go.runtime.goroutines()) --> expect: true
