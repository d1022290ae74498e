local ticks, ticker = 0, go.time.ticker(0.002)
for at in ticker do
  assert(math.type(at) == "float")
  ticks = ticks + 1
  if ticks == 3 then break end
end
print(ticks)         --> expect: 3
print(ticker:stop()) --> expect: true
