-- T64 select8.go: a handler leaves the surrounding loop through what it returns; its errors pass
-- through the select.
local ch = chan(1)
local turns = 0
for i = 1, 10 do
  turns = i
  local answer = select {
    { recv = ch, function() return "stop" end },
    default = function() ch:send(1) end,
  }
  if answer == "stop" then break end
end
print(turns) --> expect: 2
local function find()
  while true do
    local answer = select {
      { recv = ch, function(v) return v end },
      default = function() ch:send("found") end,
    }
    if answer then return answer end
  end
end
print(find()) --> expect: found
ch:send(1)
print(pcall(function()
  select { { recv = ch, function() error("left by an error", 0) end } }
end)) --> expect: false	left by an error
print(pcall(function()
  select { default = function() error("also from default", 0) end }
end)) --> expect: false	also from default
