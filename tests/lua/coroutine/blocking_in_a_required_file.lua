-- slow_module blocks while it loads.
local ready = chan()
go(function() ready:send(1) end)
print(require("slow_module").answer, (ready:recv())) --> expect: 42	1
print(go.task(function() return require("slow_module").answer end):join()) --> expect: 42
