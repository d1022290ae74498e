-- print and io.write never interleave within one call.
local wg = go.sync.waitgroup()
local function talk(word)
  for _ = 1, 3 do print(word, word, word) end
  for _ = 1, 3 do io.write(word, " ", word, "\n") end
end
for _, word in ipairs { "aaa", "bbb" } do wg:go(talk, word) end
wg:wait()
--> expect sorted: aaa	aaa	aaa
--> expect sorted: aaa	aaa	aaa
--> expect sorted: aaa	aaa	aaa
--> expect sorted: aaa aaa
--> expect sorted: aaa aaa
--> expect sorted: aaa aaa
--> expect sorted: bbb	bbb	bbb
--> expect sorted: bbb	bbb	bbb
--> expect sorted: bbb	bbb	bbb
--> expect sorted: bbb bbb
--> expect sorted: bbb bbb
--> expect sorted: bbb bbb
