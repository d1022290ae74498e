local t = go.task(string.rep, "ab", 3, "-")
print(t:join()) --> expect: ab-ab-ab
