-- A group of goroutines that succeed or fail together.
--
-- g:wait() returns when all are done.  If one fails, the others are cancelled, which wakes them
-- from whatever they wait for; when they have ended, wait raises that first error.
-- `local g <close>` makes sure that nothing outlives the scope.
local function fetch(name, seconds)
  go.sleep(seconds) -- pretend to ask a server
  if name == "broken" then error("cannot fetch " .. name, 0) end
  return name .. " fetched"
end

local function fetch_all(names, seconds)
  local results = chan(#names)
  local g <close> = go.group()
  for _, name in ipairs(names) do
    g:go(function() results:send(fetch(name, name == "broken" and 0 or seconds)) end)
  end
  g:wait()
  local list = {}
  for i = 1, #names do list[i] = results:recv() end
  table.sort(list)
  return table.concat(list, ", ")
end

print(fetch_all({ "apples", "pears" }, 0.01))

-- Nobody waits an hour for the apples once the other fetch has failed.
local ok, why = pcall(fetch_all, { "apples", "broken" }, 3600)
print(ok, tostring(why):match("cannot fetch %a+"))

--> expect: apples fetched, pears fetched
--> expect: false	cannot fetch broken
