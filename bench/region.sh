#!/usr/bin/env bash
# A region of N records, from CSV to persons: Carrick against Splink in one run, with the same rules and comparisons (region.yaml).
#
# usage: region.sh N [--synth] [--no-splink] [--ranks N] [--threads N] [--runs N] [--out DIR] [--carrick PATH] [--set KEY=VALUE]...
#   --synth     data of `carrick synth`; the default where ../shared/bench/make_region.py is not there
#   --runs N    runs of Carrick, whose median is taken (default 3); Splink runs once, after the first of them
#   --set       passed on to carrick
#   --out DIR   data, results, region.json and the virtual environment (default: bench-results/region-N, here)
# Time is of the whole program, from its start to the person index. Memory is the sum of the ranks' VmHWM against Splink's peak RSS. F1 is of
# pairs inside persons: Carrick's at its default decision, Splink's at weight 5 and at its best weight.

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

synth='' no_splink='' ranks=1 threads='' runs=3 out=''
take_options 'ranks threads runs out set' 'synth no-splink' "$@"
[ ${#words[@]} = 1 ] || usage
n=${words[0]}
case $n in '' | *[!0-9]*) usage ;; esac
find_carrick
out=${out:-$PWD/bench-results/region-$n}
out=$(make_out "$out")
[ -z "$threads" ] || overrides+=(--threads "$threads")
venv=${BENCH_VENV:-$out/venv}

maker=$(dirname "$ROOT")/shared/bench/make_region.py
if [ -z "$synth" ] && [ ! -r "$maker" ]; then
  say "no make_region.py beside this tree: the region is made by carrick synth"
  synth=1
fi
if [ -z "$no_splink" ] || [ -z "$synth" ]; then
  if ! make_splink_python "$venv"; then
    say "Splink skipped: its virtual environment could not be made"
    no_splink=1
    [ -n "$synth" ] || { say "so the region is made by carrick synth"; synth=1; }
  fi
fi

if [ -n "$synth" ]; then data=$out/synth; else data=$out/made; fi
if [ ! -r "$data/truth.csv" ]; then
  say "making $n records in $data"
  if [ -n "$synth" ]; then "$CARRICK" synth --rows "$n" --out "$data" --quiet; else "$SPLINK_PYTHON" "$maker" "$n" "$data" >&2; fi
fi
records=$(($(wc -l <"$data/records.csv") - 1))
[ "$records" -eq "$n" ] || fail "$data holds $records records, not $n; remove it or give another --out"

# Read once, so that the first to run is not the one that waits for the disk.
cat "$data/records.csv" >/dev/null
rm -f "$out"/carrick.*.json "$out/splink.json"
for run in $(seq "$runs"); do
  rm -rf "$out/result"
  started=$(now)
  carrick_on "$ranks" run "$BENCH/region.yaml" --quiet --out "$out/result" --set "sources[0].file=\"$data/records.csv\"" "${overrides[@]}" >&2
  printf '{"wall_seconds": %s, "run": %s}\n' "$(seconds_since "$started")" "$(cat "$out/result/run.json")" >"$out/carrick.$run.json"
  if [ -z "$no_splink" ] && [ "$run" = 1 ]; then
    say "Splink runs; at 1 M records it needs minutes and 5 GB"
    "$SPLINK_PYTHON" "$BENCH/splink_job.py" "$out/result/job.resolved.yaml" "$BENCH/region.splink.yaml" "$out/splink.json" --floor 0 --cluster 5 \
      --truth "$data/truth.csv" unique_id person >&2 || say "Splink failed; the table has Carrick alone"
  fi
done
"$CARRICK" evaluate "$out/result" --quiet --truth "$data/truth.csv" --id unique_id --entity person >/dev/null
[ -z "$no_splink" ] || say "Splink skipped"
python3 "$BENCH/region.py" "$out" "$(machine)" "$(basename "$data")"
