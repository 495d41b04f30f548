#!/usr/bin/env bash
# How well Carrick links data that is like no other set here, with no job and no labels: made-up people in eleven languages with the headers of many systems,
# companies, products and publications (unlike.py); one row a set, as quality.sh --auto prints it.
#
# usage: unlike.sh [--out DIR] [--carrick PATH] [--ranks N] [--threads N] [SET...]
#   SET         as unlike.py names it (default: all)
#   --out DIR   sets, result folders and quality.json (default: bench-results/unlike, here)

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out=$PWD/bench-results/unlike options=() sets=()
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$(value_of "$@"); shift ;;
    --carrick | --ranks | --threads) options+=("$1" "$(value_of "$@")"); shift ;;
    --help) usage 0 ;;
    -*) usage ;;
    *) sets+=("$1") ;;
  esac
  shift
done
rm -rf "$out/sets"
mkdir -p "$out/sets"
python3 "$BENCH/unlike.py" "$out/sets" "${sets[@]}"
exec "$BENCH/quality.sh" "$out/sets" --auto --out "$out" "${options[@]}"
