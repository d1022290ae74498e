local t = go.task(function()
  _G.written = 1
  rawset(_G, "raw", 2)
  load("loaded = 3")()
  return written, raw, loaded, rawget(_G, "written")
end)
print(t:join())              --> expect: 1	2	3	1
print(written, raw, loaded)  --> expect: nil	nil	nil
