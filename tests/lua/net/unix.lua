-- (Go: TestUnixUnlink, TestUnixgramWrite)  The file goes with the listener.
local net = require "go.net"
local function exists(path) return os.rename(path, path) ~= nil end
local path = os.tmpname()
os.remove(path)
local l = assert(net.listen("unix", path))
assert(exists(path) and l:addr() == path)
assert(select(3, net.listen("unix", path)) == "in_use")
local c = assert(net.dial("unix", path))
local s = l:accept()
s:write "hello\n"
assert(c:read() == "hello" and c:remote_addr() == path)
l:close()
assert(not exists(path))
assert(select(3, net.dial("unix", path)) == "not_found")

local u = assert(net.listen("unixgram", path))
local v = assert(net.dial("unixgram", path, { local_addr = path .. ".v" }))
v:write "datagram"
local data, from = u:recv_from()
assert(data == "datagram" and from == path .. ".v")
u:send_to("answer", from)
assert(v:read_some() == "answer")
u:close()
v:close()
assert(not exists(path) and not exists(path .. ".v"))
print "ok" --> expect: ok
