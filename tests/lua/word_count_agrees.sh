#!/bin/sh
# Compares scripts/word_count.lua with a pipeline of shell tools, over files that every Debian system has.
#
#     word_count_agrees.sh LAGOON [FILE...]
#
# Prints a diff and fails where they disagree.
set -eu
LC_ALL=C
export LC_ALL

lagoon=$1
shift
[ $# -gt 0 ] || set -- /usr/share/common-licenses/*
script=$(dirname "$0")/../../scripts/word_count.lua
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A newline after each file keeps the last word of one and the first of the next apart; a run of other characters at the
# start counts as an empty word in uniq, which is none.
for file; do cat "$file"; echo; done | tr -cs A-Za-z '\n' | grep . | sort | uniq -c |
  sed 's/^ *//' | sort -k1,1nr -k2 >"$work/expected"

for procs in 1 2 4 16; do
  "$lagoon" --procs "$procs" "$script" "$@" >"$work/counted"
  diff "$work/expected" "$work/counted"
done
echo "$(wc -l <"$work/expected") words agree"
