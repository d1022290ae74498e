local cjson = require "cjson"
local encode = cjson.encode
print(go.task(function(text)
  return encode(cjson.decode(text)), cjson == require "cjson", encode == cjson.encode
end, "[1,2,3]"):join()) --> expect: [1,2,3]	true	true
