-- How often does each word occur?  One goroutine reads and counts each file, main adds up.
--
-- `lagoon word_count.lua file...` prints `count word`, the most frequent first, then by alphabet.
-- A word is a run of letters, A to Z, small or capital.  Without arguments it counts two samples.
local files = { table.unpack(arg) }
if #files == 0 then
  local here = arg[0]:match("^.*/") or ""
  files = { here .. "data/river.txt", here .. "data/lagoon.txt" }
end

local function count_words(name)
  local file = assert(io.open(name, "rb"))
  local counts = {}
  for word in file:read("a"):gmatch("[A-Za-z]+") do
    counts[word] = (counts[word] or 0) + 1
  end
  file:close()
  return counts
end

local tasks = {}
for i, name in ipairs(files) do
  tasks[i] = go.task(count_words, name)
end

local totals, words = {}, {}
for _, t in ipairs(tasks) do
  for word, n in pairs(t:join()) do
    if not totals[word] then words[#words + 1] = word end
    totals[word] = (totals[word] or 0) + n
  end
end

table.sort(words, function(a, b)
  if totals[a] ~= totals[b] then return totals[a] > totals[b] end
  return a < b
end)
for _, word in ipairs(words) do
  print(totals[word] .. " " .. word)
end

--> expect: 4 the
--> expect: 3 lagoon
--> expect: 2 a
--> expect: 2 river
--> expect: 1 Many
--> expect: 1 The
--> expect: 1 afloat
--> expect: 1 all
--> expect: 1 and
--> expect: 1 boat
--> expect: 1 comes
--> expect: 1 down
--> expect: 1 keeps
--> expect: 1 lies
--> expect: 1 many
--> expect: 1 moon
--> expect: 1 still
--> expect: 1 to
--> expect: 1 under
