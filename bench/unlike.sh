#!/usr/bin/env bash
# How well Carrick links data that is like no other set here, with no job and no labels: made-up people in eleven languages with the headers of many systems,
# companies, products and publications (unlike.py); one row a set, as quality.sh --auto prints it.
#
# usage: unlike.sh [--out DIR] [--carrick PATH] [--ranks N] [--threads N] [SET...]
#   SET         as unlike.py names it (default: all)
#   --out DIR   sets, result folders and quality.json (default: bench-results/unlike, here)

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out=$PWD/bench-results/unlike ranks=1 threads=''
take_options 'out ranks threads' '' "$@"
find_carrick
out=$(make_out "$out")
rm -rf "$out/sets"
mkdir -p "$out/sets"
python3 "$BENCH/unlike.py" "$out/sets" "${words[@]}"
exec "$BENCH/quality.sh" "$out/sets" --auto --out "$out" --carrick "$CARRICK" --ranks "$ranks" ${threads:+--threads "$threads"}
