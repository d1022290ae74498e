local gate, out = chan(), chan()
for _ = 1, 8 do
  go(function()
    local lfs = require "lfs"
    gate:recv()
    local found = 0
    for name in lfs.dir "." do
      if name == "lfs_in_many_goroutines.lua" then found = found + 1 end
    end
    assert(lfs.attributes("lfs_in_many_goroutines.lua", "mode") == "file")
    out:send(found)
  end)
end
gate:close()
local total = 0
for _ = 1, 8 do total = total + out:recv() end
print(total) --> expect: 8
