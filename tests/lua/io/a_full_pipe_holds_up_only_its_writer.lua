-- And its writer can be ended, or goes on when there is room again.
local blocked = dofile("../support/blocked.lua")
local text = ("x"):rep(300000)

-- A command that reads its input when it is told so.
local function late_reader()
  local gate = os.tmpname()
  os.remove(gate)
  assert(os.execute("mkfifo " .. gate))
  local into = assert(io.popen("read go < " .. gate .. "; cat > /dev/null", "w"))
  local function tell()
    assert(io.open(gate, "w")):write("go\n"):close()
    os.remove(gate)
  end
  return into, tell
end

local into, tell = late_reader()
local killed = go.task(function()
  go.name("killed")
  into:write(text, text)
end)
blocked("killed", "IO wait")
killed:kill()
print(select(2, pcall(killed.join, killed)):match("^%w+")) --> expect: killed
tell()
print(into:close()) --> expect: true	exit	0

into, tell = late_reader()
local writer = go.task(function()
  go.name("writer")
  into:write(text, text)
  return into:close()
end)
blocked("writer", "IO wait")
tell()
print(writer:join()) --> expect: true	exit	0
