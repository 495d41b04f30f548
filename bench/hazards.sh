#!/usr/bin/env bash
# Hazards of real data, on a made-up borough of about 200,000 rows: who is at risk of being taken for somebody else or of being taken apart, and who is,
# by deterministic rules, by a model that is chosen from the data, and by a written one.
#
# usage: hazards.sh [--people N] [--seed S] [--threads N] [--only METHOD] [--out DIR] [--carrick PATH]
#   --people N  residents (default 68000: 200,000 rows of nine sources)
#   --only      one of macral, auto, written
#   --out DIR   data, results and hazards.json (default: bench-results/hazards, here)

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

people=68000 seed=1 threads='' only='' out=''
take_options 'people seed threads only out' '' "$@"
[ ${#words[@]} = 0 ] || usage
find_carrick
out=${out:-$PWD/bench-results/hazards}
out=$(make_out "$out")
data=$out/region-$people-$seed

if [ ! -r "$data/truth.csv" ]; then
  say "making a borough of $people residents in $data"
  "$CARRICK" synth --shape tower-hamlets --people "$people" --seed "$seed" --out "$data" --quiet
fi
for method in ${only:-macral auto written}; do
  sed "s|DATA|$data|" "$BENCH/hazards.yaml" >"$out/$method.yaml"
  case $method in
    macral) printf 'rules: macral\n' ;;
    auto) printf 'blocking: auto\ncomparisons: auto\n' ;;
    written) cat "$BENCH/hazards_model.yaml" ;;
    *) usage ;;
  esac >>"$out/$method.yaml"
  say "linking: $method"
  "$CARRICK" run "$out/$method.yaml" --quiet --force --out "$out/$method" ${threads:+--threads "$threads"} >&2
  "$CARRICK" export index "$out/$method" --quiet --out "$out/$method.csv"
done
python3 "$BENCH/hazards.py" "$data" "$out" ${only:-macral auto written}
