#!/usr/bin/env bash
# String kernels beside rapidfuzz's SIMD batch (cdist), on the same names and the same addresses, one core each, one after the other.
#
# usage: kernels.sh [--names N] [--kernels PATH] [--out DIR]
#   --names N        distinct names, and as many addresses, drawn from a made-up region (default 20000)
#   --kernels PATH   the bench_kernels program (default: a build folder of this tree)
#   --out DIR        names, results, kernels-names.json, kernels-texts.json and the virtual environment (default: bench-results/kernels, here); BENCH_VENV=DIR elsewhere
# Blocks of 500 by 500 names; the kernels' answers are compared with the slow reference while timing,
# by the program itself. rapidfuzz rounds Jaro–Winkler's last bit otherwise than DuckDB, whom Carrick follows.

set -eu
. "$(dirname "$0")/lib.sh"
names=20000 kernels='' out=bench-results/kernels
take_options 'names kernels out' '' "$@"
[ ${#words[@]} = 0 ] || usage
if [ -z "$kernels" ]; then
  for kernels in "$ROOT"/build/bench_kernels "$ROOT"/build-*/bench_kernels; do [ -x "$kernels" ] && break; done
fi
[ -x "$kernels" ] || fail "no bench_kernels program; build it (cmake --build build --target bench_kernels) or name it with --kernels PATH"
find_carrick
mkdir -p "$out"
"$CARRICK" synth --rows 200000 --seed 5 --out "$out/region" --quiet
# The columns' distinct values of a form, thinned to so many. usage: draw FORM COLUMN...
draw() {
  form=$1; shift
  for column; do tail -n +2 "$out/region/records.csv" | cut -d, -f"$column"; done | grep -E "$form" | LC_ALL=C sort -u |
    awk -v n="$names" '{ line[NR] = $0 } END { step = NR > n ? NR / n : 1; for (i = 1; i <= NR; i += step) print line[int(i)] }'
}
draw '^[A-Z]{2,30}$' 3 4 > "$out/names.txt"
draw '^[A-Z0-9 ]{8,60}$' 8 > "$out/texts.txt"

venv=${BENCH_VENV:-$out/venv}
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import rapidfuzz, numpy' 2> /dev/null; then
  say "making a virtual environment with rapidfuzz and numpy in $venv"
  python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check rapidfuzz numpy >&2
fi
for list in names texts; do
  "$kernels" "$out/$list.txt" 4 $list > "$out/carrick-$list.json"
  "$venv/bin/python" "$BENCH/kernels_rapidfuzz.py" "$out/$list.txt" $list > "$out/rapidfuzz-$list.json"
  "$venv/bin/python" "$BENCH/kernels_table.py" "$out/carrick-$list.json" "$out/rapidfuzz-$list.json" "$out/kernels-$list.json"
done
say "$(machine)"
