#!/usr/bin/env bash
# Four quarterly updates of a made-up region (carrick synth --shape nwc), and one of about 2 % of the rows beside a full run: who keeps the id, what the log says
# against the truth, how good the links stay, and what it costs.
#
# usage: update.sh [PEOPLE] [--runs N] [--threads N] [--out DIR] [--carrick PATH]
#   PEOPLE      residents; a resident has about five rows (default 20000; docs/update.md has 190000)
#   --runs N    times that the full run and the small update are timed; the least counts (default 2)
#   --out DIR   data and results (default: bench-results/update-PEOPLE, here)
# The job is jobs/programmes/nwc-region: rules, then a model on what they leave, with groups and opt-outs. It ends with 1 when ids of people whom nothing happened to
# are not kept (99.9 %), or when the ids in use are not those that the log says.

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

runs=2 threads=1 out=''
take_options 'runs threads out' '' "$@"
[ ${#words[@]} -le 1 ] || usage
people=${words[0]:-20000}
case $people in *[!0-9]*) usage ;; esac
find_carrick
out=${out:-$PWD/bench-results/update-$people}
out=$(make_out "$out")

for quarter in 1 2 3 4 5; do
  [ -r "$out/data$quarter/truth.csv" ] || "$CARRICK" synth --shape nwc --people "$people" --quarter "$quarter" --out "$out/data$quarter" --quiet
done
[ -r "$out/small-data/truth.csv" ] || python3 "$BENCH/update.py" mix "$out/data1" "$out/data2" "$out/small-data" 0.02

# job NAME DATA: the programme's job on other data.
job() { sed -e "s#\bdata/#$2/#" "$ROOT/jobs/programmes/nwc-region/job.yaml" >"$out/$1.yaml"; }
# timed NAME ARGUMENTS...: user, system and elapsed seconds into NAME.times.
timed() {
  local name=$1
  shift
  rm -rf "${out:?}/$name"
  TIMEFORMAT='%U %S %R'
  { time "$CARRICK" "$@" --out "$out/$name" --threads "$threads" --quiet >"$out/$name.log" 2>&1; } 2>>"$out/$name.times" || { cat "$out/$name.log" >&2; fail "carrick $*"; }
}
as_of() { sed -n 's/.*"as_of": "\(.*\)".*/\1/p' "$out/data$1/shape.json" | head -1; }

rm -f "$out"/*.times
for quarter in 1 2 3 4 5; do
  say "quarter $quarter"
  job "q$quarter" "$out/data$quarter"
  if [ "$quarter" = 1 ]; then
    timed q1 run "$out/q1.yaml" --set "as_of=$(as_of 1)"
  else
    timed "q$quarter" update "$out/q$quarter.yaml" --index "$out/q$((quarter - 1))" --set "as_of=$(as_of "$quarter")"
  fi
  "$CARRICK" export index "$out/q$quarter" --quiet >"$out/q$quarter.index.csv" 2>/dev/null
done
job small "$out/small-data"
sed -i '/^evaluate:/d' "$out/small.yaml" # which would be timed too
for _ in $(seq "$runs"); do
  say "full run and update of 2 %"
  timed full run "$out/small.yaml" --previous "$out/q1"
  timed small update "$out/small.yaml" --index "$out/q1"
done
printf '%s\n\n' "$(machine), $threads threads"
python3 "$BENCH/update.py" table "$out"
