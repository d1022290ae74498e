-- Code crosses as it is, with every feature of the language.
local function work(n)
  local limit <const> = 3
  local count = 0
  ::again::
  if count < limit then
    count = count + 1
    goto again
  end
  return n // count, n % count, n << count, ~n, n .. ""
end
print(go.task(work, 10):join()) --> expect: 3	1	80	-11	10
