-- However many arguments a call has, and however slowly they leave: the calls of several goroutines on one file
-- do not mix.
local path = os.tmpname()
local file = assert(io.open(path, "w"))
file:setvbuf("no")
local wg = go.sync.waitgroup()
local function writer(word, start)
  return function()
    for i = 1, 200 do file:write(word, " ", word, " ", i, " ", word:rep(i % 7), "\n") end
  end
end
for _, word in ipairs { "ab", "cd", "ef", "gh" } do wg:go(writer(word)) end
wg:wait()
file:close()

local count = 0
for line in io.lines(path) do
  local word, again, i, tail = line:match("^(%a+) (%a+) (%d+) (%a*)$")
  assert(word == again and tail == word:rep(tonumber(i) % 7), line)
  count = count + 1
end
print(count) --> expect: 800

-- Readers get whole lines, each once.
local input, got = assert(io.open(path)), chan(16)
for _ = 1, 4 do
  wg:go(function()
    for first, second in input:lines("l", "l") do got:send(first .. second) end
  end)
end
go(function()
  wg:wait()
  got:close()
end)
count = 0
for both in got do
  assert(both:find("^%a+ %a+ %d+ %a*$") == nil)
  count = count + select(2, both:gsub("%d+", ""))
end
print(count) --> expect: 800
os.remove(path)
