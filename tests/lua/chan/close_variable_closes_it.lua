local kept
do
  local ch <close> = chan()
  kept = ch
end
print(kept:recv()) --> expect: nil	false	closed
