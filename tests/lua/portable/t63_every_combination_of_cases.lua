-- T63 select5.go: every subset of {ready, not ready, disabled, default} in every order of sends and
-- receives.
local function nobody() return chan() end
local kinds = {
  ready_recv = function()
    local ch = chan(1)
    ch:send("v")
    return { recv = ch, function(v, ok) return v == "v" and ok and "ready" or "wrong" end }
  end,
  ready_send = function()
    return { send = chan(1), value = "v", function() return "ready" end }
  end,
  waiting_recv = function() return { recv = nobody(), function() return "wrong" end } end,
  waiting_send = function() return { send = nobody(), value = 1, function() return "wrong" end } end,
  disabled_recv = function() return { recv = false, function() return "wrong" end } end,
  disabled_send = function() return { send = false, value = 1, function() return "wrong" end } end,
}
local names = {}
for name in pairs(kinds) do names[#names + 1] = name end
table.sort(names)

local count = 0
local function try(chosen, default, reversed)
  local cases, ready = {}, false
  for _, name in ipairs(chosen) do
    table.insert(cases, reversed and 1 or #cases + 1, kinds[name]())
    ready = ready or name:find "^ready" ~= nil
  end
  if default then cases.default = function() return "default" end end
  if not ready and not default then
    cases[#cases + 1] = { after = 0.001, function() return "timeout" end }
  end
  local want = ready and "ready" or default and "default" or "timeout"
  local got = select(cases)
  assert(got == want, table.concat(chosen, " ") .. ": " .. tostring(got))
  count = count + 1
end
for set = 0, (1 << #names) - 1 do
  local chosen = {}
  for i, name in ipairs(names) do
    if set >> (i - 1) & 1 == 1 then chosen[#chosen + 1] = name end
  end
  for _, default in ipairs { true, false } do
    try(chosen, default, false)
    try(chosen, default, true)
  end
end
print(count) --> expect: 256
