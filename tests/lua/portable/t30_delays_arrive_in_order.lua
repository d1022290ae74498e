-- T30 TestAfterQueuing: delays started in any order end in the order of their length.
local delays = { 5, 2, 6, 1, 3, 4 }
local out = chan(#delays)
local began = go.time.monotonic()
for _, d in ipairs(delays) do
  local after = go.time.after(d * 0.2)
  go(function()
    select { { recv = after } }
    assert(go.time.monotonic() - began >= d * 0.2)
    out:send(d)
  end)
end
local got = {}
for i = 1, #delays do got[i] = out:recv() end
print(table.concat(got, " ")) --> expect: 1 2 3 4 5 6
