-- A goroutine that waits for stdin is not asleep, and one that computes goes on.
local path = os.tmpname()
local script = assert(io.open(path, "w"))
script:write([[
  local line, sum = chan(), 0
  go(function() line:send(io.read("l")) end)
  for i = 1, 100000 do sum = sum + i end
  io.write(sum, " ", line:recv(), " ", tostring(io.read("l")), "\n")
]])
script:close()
for _, procs in ipairs { 1, 2 } do
  os.execute(("{ sleep 0.1; echo hello; } | '%s' --procs %d %s"):format(os.getenv("LAGOON"), procs, path))
end
--> expect: 5000050000 hello nil
--> expect: 5000050000 hello nil
os.remove(path)
