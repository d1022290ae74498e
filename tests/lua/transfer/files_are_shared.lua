local name = os.tmpname()
local file = assert(io.open(name, "w"))
local t = go.task(function()
  file:write("from the goroutine\n")
  return file
end)
print(t:join() == file) --> expect: true
file:write("from main\n")
file:close()
for line in io.lines(name) do print(line) end
os.remove(name)
--> expect: from the goroutine
--> expect: from main
