for _, name in ipairs { "sync", "time", "context", "runtime" } do
  assert(go[name] == require("go." .. name), name)
end
print(rawequal(go, require "go"))   --> expect: true
print(type(go.no_such_module))      --> expect: nil
