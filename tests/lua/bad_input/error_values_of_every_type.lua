for _, value in ipairs { false, 5, "text", 1.5 } do
  local ok, err = go.task(function() error(value, 0) end):result()
  print(ok, err)
end
local ok, err = go.task(function() error(print) end):result()
print(ok, err == print)
--> expect: false	false
--> expect: false	5
--> expect: false	text
--> expect: false	1.5
--> expect: false	true
