local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write "made_by_file = (made_by_file or 0) + 1 return made_by_file"
file:close()
print(go.task(function()
  dofile(name)
  return dofile(name), loadfile(name)()
end):join()) --> expect: 2	3
print(made_by_file) --> expect: nil
os.remove(name)
