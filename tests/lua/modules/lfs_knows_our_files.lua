-- lfs reads the FILE* inside a file handle.
local lfs = require "lfs"
local name = os.tmpname()
local file = assert(io.open(name, "w"))
print(lfs.setmode(file, "binary"))             --> expect: true	binary
print(lfs.lock(file, "w"), lfs.unlock(file))   --> expect: true	true
file:close()
os.remove(name)
