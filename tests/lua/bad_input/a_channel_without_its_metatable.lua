-- What a script does to the metatable of a channel ends in Lua's errors, also where methods are quick.
local ch = chan(1)
local usual = debug.getmetatable(ch)
debug.setmetatable(ch, nil)
print(pcall(function() for _ in ch do end end))
--> expect: false	a_channel_without_its_metatable.lua:5: attempt to call a userdata value (for iterator 'for iterator')
print(pcall(function() return ch:recv() end))
--> expect: false	a_channel_without_its_metatable.lua:7: attempt to index a userdata value (upvalue 'ch')
debug.setmetatable(ch, { __call = coroutine.status })
print(pcall(function() for _ in ch do end end))
--> expect: false	a_channel_without_its_metatable.lua:10: bad argument #1 to 'for iterator' (coroutine expected, got userdata)
debug.setmetatable(ch, usual) -- it frees the channel
