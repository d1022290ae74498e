-- child(source, options, args): runs a script in a second process; returns what it printed on both
-- outputs, and its exit status.
return function(source, options, args)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local command = ("'%s' %s %s %s 2>&1 </dev/null")
  local lagoon = os.getenv "LAGOON"
  local pipe = assert(io.popen(command:format(lagoon, options or "", path, args or "")))
  local printed = pipe:read "a"
  local _, kind, status = pipe:close()
  os.remove(path)
  return printed, kind == "exit" and status or "signal " .. tostring(status)
end
