local t = go.task(function()
  package.preload.broken = function() error "broken module" end
  local first = pcall(require, "broken")
  local ok, err = pcall(require, "broken")
  return first, ok, tostring(err):find("broken module", 1, true) ~= nil
end)
print(t:join()) --> expect: false	false	true
