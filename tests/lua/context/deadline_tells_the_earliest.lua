local root = go.context.background()
print(root:deadline())                                    --> expect: nil
local at = go.time.now() + 100
local ctx = go.context.with_deadline(root, at)
print(ctx:deadline() == at)                               --> expect: true
print(go.context.with_timeout(ctx, 1000):deadline() == at) --> expect: true
print(go.context.with_timeout(ctx, 10):deadline() < at)   --> expect: true
