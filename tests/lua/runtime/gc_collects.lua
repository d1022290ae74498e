local weak = setmetatable({}, { __mode = "v" })
weak[1] = {}
go.runtime.gc()
print(weak[1]) --> expect: nil
