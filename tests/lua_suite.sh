#!/usr/bin/env bash
# Runs the official tests of Lua 5.4.7 through lagoon, as `lua` runs them.
#
#   tests/lua_suite.sh [--lagoon PATH] [--stock PATH] [--procs "1 2 4"] DIR
#
# DIR is a copy of the folder testes/ of lua/lua at tag v5.4.7, which is not part of this repository; it
# is left as it is.  --stock runs another `lua` (with readline, as main.lua wants) first, to compare.
#
# Modes: user (_U), portable (_port) and full, which includes main.lua; as main, in a goroutine that
# shares main's state, and in a task; and in chaos, with a yield at each instruction and at random ones.
# Exit status: 0 all passed; 1 some failed; 2 nothing was run.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lagoon=$here/build/release/lagoon
stock=
procs="1 2 4"
suite=

fail() { printf 'tests/lua_suite.sh: %s\n' "$1" >&2; exit 2; }

while [ $# -gt 0 ]; do
  case $1 in
    --lagoon) lagoon=$(realpath "$2"); shift 2 ;;
    --stock) stock=$(realpath "$2"); shift 2 ;;
    --procs) procs=$2; shift 2 ;;
    *) suite=$1; shift ;;
  esac
done
[ -n "$suite" ] || fail "no copy of the suite given: tests/lua_suite.sh DIR, with testes/ of Lua 5.4.7"
[ -f "$suite/all.lua" ] && [ -d "$suite/libs" ] || fail "$suite is no copy of testes/: no all.lua, or no libs"
[ -x "$lagoon" ] || fail "$lagoon is not built"
headers=$(ls -d "$here"/build/*/lua/lua-5.4.7/src 2>/dev/null | head -n 1)
[ -n "$headers" ] || fail "no headers of Lua 5.4.7 in $here/build: build lagoon first"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$suite/." "$work/"
cd "$work" || exit 2
make -s -C libs LUA_DIR="$headers" >make.log 2>&1 || { cat make.log >&2; fail "libs/*.c do not compile"; }

# As main, but it counts.
cat >in_main.lua <<'LUA'
local dofile, stderr, stats = dofile, io.stderr, go and go.runtime.stats
dofile "all.lua"
if stats then stderr:write("yields: ", stats().preemptions, "\n") end
LUA

cat >in_here.lua <<'LUA'
local done = chan()
go.here(function()
  dofile "all.lua"
  done:send(true)
end)
done:recv()
LUA

# What cannot hold in a task:
#   attrib.lua expects the files it requires to see and set its own globals; a module is shared by the
#   goroutines of its state, and sees none of theirs.
#   gc.lua weighs memory to the kilobyte, and the stack of a coroutine may grow meanwhile; the arguments
#   give it room before.
cat >in_task.lua <<'LUA'
go.task(function(...)
  local load_file = loadfile
  function loadfile(name, ...)
    if name ~= "attrib.lua" then return load_file(name, ...) end
    print "\n >>> skipped by design: attrib.lua (modules do not see the globals of a task) <<<"
    return function() return 27 end
  end
  dofile "all.lua"
end, table.unpack({}, 1, 100)):join()
LUA

passed=0
failed=0

# run TITLE SECONDS COMMAND...
run() {
  local title=$1 seconds=$2 rc
  shift 2
  rm -f time.txt
  # files.lua wants a standard input that cannot seek.
  : | timeout -s KILL "$seconds" "$@" >out.log 2>&1
  rc=${PIPESTATUS[1]}
  if [ "$rc" -eq 0 ] && grep -aq '^final OK' out.log; then
    passed=$((passed + 1))
    printf 'ok    %s%s\n' "$title" "$(sed -n 's/^yields: \([0-9]*\)$/ (\1 yields)/p' out.log)"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s: status %s\n' "$title" "$rc"
    tail -n 15 out.log | sed 's/^/      /'
  fi
  grep -a '^ >>> skipped by design' out.log | sed 's/^ >>> \(.*\) <<<$/      \1/'
}

declare -A modes=([user]=_U=true [portable]=_port=true [full]=_full=true)
if [ -n "$stock" ]; then
  for mode in user portable full; do run "stock, $mode" 600 "$stock" -e "${modes[$mode]}" all.lua; done
fi
for mode in user portable full; do
  for n in $procs; do
    run "$mode, procs $n" 600 "$lagoon" --procs "$n" -e "${modes[$mode]}" all.lua
    run "$mode, procs $n, in a goroutine of main's state" 600 "$lagoon" --procs "$n" -e "${modes[$mode]}" in_here.lua
    run "$mode, procs $n, in a task" 600 "$lagoon" --procs "$n" -e "${modes[$mode]}" in_task.lua
    for every in 1 random; do
      run "$mode, procs $n, preempt=every:$every" 1200 env LAGOON_DEBUG=preempt=every:$every \
        "$lagoon" --procs "$n" -e "${modes[$mode]}" in_main.lua
    done
  done
done
for every in 1 random; do
  run "full, procs 2, in a task, preempt=every:$every" 1200 env LAGOON_DEBUG=preempt=every:$every \
    "$lagoon" --procs 2 -e _full=true in_task.lua
done
echo "skipped as by stock lua: what needs its internal test library (T), which no release has"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
