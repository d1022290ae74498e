local a, b = chan(1), chan(1)
a:send("outer")
b:send("inner")
print(select {
  { recv = a, function(v) return v, select { { recv = b, function(w) return w end } } end },
}) --> expect: outer	inner
