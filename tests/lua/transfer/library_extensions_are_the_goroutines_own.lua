go.task(function()
  function string.shout(s) return s:upper() .. "!" end
  math.answer = 42
  assert(("x"):shout() == "X!" and math.answer == 42)
end):join()
print(string.shout, math.answer)                                        --> expect: nil	nil
print(go.task(function() return string.shout, math.answer end):join())  --> expect: nil	nil
