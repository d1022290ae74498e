-- The same seed gives the same numbers, wherever and whenever the goroutines run.
local function draw() return math.random(1000000) end
local function family()
  math.randomseed(42)
  local a, b = go.task(draw), go.task(draw)
  local mine = draw()
  return table.concat({ a:join(), b:join(), mine, draw() }, " ")
end
print(family() == family()) --> expect: true
