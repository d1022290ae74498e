-- Adds to a library, and returns it.
function string.trim(s) return s:match "^%s*(.-)%s*$" end
return string
