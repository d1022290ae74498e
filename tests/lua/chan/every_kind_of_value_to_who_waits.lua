-- What a waiting receiver gets is what one gets that need not wait, whatever it is.
local values = {
  1, 1.5, true, false, "short", "twenty-two bytes long!", "twenty-three bytes long", ("x"):rep(100), { key = { 1, 2 } },
  print, chan(3), nil,
}
local function show(v)
  if type(v) == "table" then return "table " .. #v.key end
  return (tostring(v):gsub("0x%x+", "?"):gsub("builtin: %?", "?"))
end

local function receive(ch, n)
  local texts = {}
  for i = 1, n do
    local v, ok = ch:recv()
    texts[i] = show(v) .. (ok and "" or "!")
  end
  return table.concat(texts, " ")
end

local asked, ch, done = chan(), chan(), chan()
go(function()  -- waits for each
  local texts = {}
  for i = 1, 12 do
    asked:send(true)
    texts[i] = show((ch:recv()))
  end
  done:send(table.concat(texts, " "))
end)
for i = 1, 12 do
  asked:recv()
  go.yield()
  ch:send(values[i])
end
local waited = done:recv()

local full = chan(12)
for i = 1, 12 do full:send(values[i]) end
print(receive(full, 12) == waited)
print((waited:gsub("function: %S+", "function")))

-- The same for a loop, without the nil that would end it.
local loop = chan()
go(function()
  local texts = {}
  for v in loop do texts[#texts + 1] = show(v) end
  done:send(table.concat(texts, " "))
end)
for i = 1, 11 do
  go.yield()
  loop:send(values[i])
end
loop:close()
print(done:recv() .. " nil" == waited)
--> expect: true
--> expect: 1 1.5 true false short twenty-two bytes long! twenty-three bytes long xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx table 2 function chan(0/3): ? nil
--> expect: true
