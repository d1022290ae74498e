-- raises(want, f, ...): calls f(...), which must raise; the message must hold `want`, or every
-- string of a list. Returns the error.
return function(want, f, ...)
  local ok, err = pcall(f, ...)
  local parts = type(want) == "table" and want or { want }
  if ok then
    error(("should have raised %q"):format(table.concat(parts, " ... ")), 2)
  end
  local text = tostring(err)
  for _, part in ipairs(parts) do
    if not text:find(part, 1, true) then
      error(("the message %q lacks %q"):format(text, part), 2)
    end
  end
  return err
end
