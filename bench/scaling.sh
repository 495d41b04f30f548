#!/usr/bin/env bash
# How Carrick scales: threads and ranks on one region, and the size of the region.
#
# usage: scaling.sh [--sizes N,N,...] [--rows N] [--threads N,N] [--ranks N,N] [--runs N] [--data DIR] [--out DIR] [--carrick PATH]
#                   [--no-sizes] [--no-cores] [--keep] [--set KEY=VALUE]...
#   --sizes     records of `carrick synth` (default 100000,300000,1000000,3000000,10000000), with the rules of region.yaml less `dob` alone
#   --rows      records of the region for threads and ranks (default 1000000), with all rules; --data: its folder (records.csv) instead
#   --threads, --ranks   what is compared with 1 (default 2 and 2)
#   --runs      rounds for threads and ranks, each taking every setting in turn, side by side (default 5)
#   --keep      keep the made-up data of each size (10 M records are 0.8 GB)
#   --out DIR   data, results, scaling.json (default: bench-results/scaling, here)
# The link stage is timed in a process of its own (`carrick link --force`), as run.json has it; ratios are of one round, medians over rounds.

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sizes=100000,300000,1000000,3000000,10000000 rows=1000000 threads=2 ranks=2 runs=5 data='' keep='' out=$PWD/bench-results/scaling
no_sizes='' no_cores=''
take_options 'sizes rows threads ranks runs data out set' 'keep no-sizes no-cores' "$@"
[ ${#words[@]} = 0 ] || usage
find_carrick
out=$(make_out "$out")
measured=$out/measured.jsonl
: >"$measured"

make_rows() {
  [ -r "$2/records.csv" ] || { say "making $1 records"; "$CARRICK" synth --rows "$1" --out "$2" --quiet; }
}

# Leave a line: what was set, and the run record.
keep_run() {
  printf '{"what": "%s", "round": %s, "run": %s}\n' "$1" "$2" "$(tr -d '\n' <"$3/run.json")" >>"$measured"
}

if [ -z "$no_cores" ]; then
  if [ -z "$data" ]; then
    data=$out/rows-$rows
    make_rows "$rows" "$data"
  fi
  data=$(cd "$data" && pwd)
  "$CARRICK" run "$BENCH/region.yaml" --quiet --out "$out/cores" --force --set "sources[0].file=\"$data/records.csv\"" "${overrides[@]}" 2>"$out/log" >&2 ||
    fail "the region could not be linked: $(tail -1 "$out/log")"
  for round in $(seq 0 "$runs"); do
    for setting in 1x1 $(printf '%s' "$threads" | tr , '\n' | sed 's/^/1x/') $(printf '%s' "$ranks" | tr , '\n' | sed 's/$/x1/'); do
      if [ "${setting%x*}" -gt 1 ] && ! command -v mpirun >/dev/null; then
        [ "$round" -gt 0 ] || say "$setting: skipped: no mpirun"
        continue
      fi
      carrick_on "${setting%x*}" link "$out/cores" --quiet --force --threads "${setting#*x}" 2>"$out/log" >&2 || fail "$setting failed: $(tail -1 "$out/log")"
      # The first round only warms up.
      [ "$round" = 0 ] || keep_run "$setting" "$round" "$out/cores"
    done
  done
else
  say "threads and ranks skipped"
fi

if [ -z "$no_sizes" ]; then
  grep -vx '  - \[dob\]' "$BENCH/region.yaml" >"$out/sizes.yaml"
  for n in $(printf '%s' "$sizes" | tr , '\n'); do
    need=$((n / 1000 * 400)) # kB: CSV, people, links
    if [ "$(df -Pk "$out" | awk 'NR == 2 { print $4 }')" -lt "$need" ]; then
      say "$n records skipped: they need about $((need / 1024)) MB in $out"
      continue
    fi
    make_rows "$n" "$out/rows-$n"
    rm -rf "$out/size"
    say "linking $n records"
    if "$CARRICK" run "$out/sizes.yaml" --quiet --out "$out/size" --set "sources[0].file=\"$out/rows-$n/records.csv\"" "${overrides[@]}" 2>"$out/log" >&2; then
      keep_run "size" 1 "$out/size"
    else
      say "$n records failed: $(tail -1 "$out/log")"
    fi
    rm -rf "$out/size"
    [ -n "$keep" ] || [ "$out/rows-$n" = "$data" ] || rm -rf "$out/rows-$n"
  done
else
  say "sizes skipped"
fi
python3 "$BENCH/scaling.py" "$out" "$(machine)"
