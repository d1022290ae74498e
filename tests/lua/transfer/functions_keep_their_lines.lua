local function here() return debug.getinfo(1, "Sl") end -- line 1
local info = go.task(here):join()
print(info.short_src, info.currentline) --> expect: functions_keep_their_lines.lua	1
