local kept
do
  local ctx <close> = go.context.with_timeout(go.context.background(), 1000)
  kept = ctx
  print(kept:done()) --> expect: false
end
print(kept:err())    --> expect: context canceled
