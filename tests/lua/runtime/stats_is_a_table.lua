print(type(go.runtime.stats()), next(go.runtime.stats()) ~= nil) --> expect: table	true
