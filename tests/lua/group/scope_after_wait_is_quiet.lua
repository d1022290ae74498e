local ran = go.sync.atomic(0)
do
  local g <close> = go.group()
  g:go(function() ran:add(1) end)
  g:wait()
end
print(ran:load()) --> expect: 1
