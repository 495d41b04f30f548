#!/usr/bin/env bash
# What coding at the source costs in quality: the made-up borough of jobs/programmes/tower-hamlets in clear text, with pseudonyms and CLKs, and with hardened CLKs.
# Prints precision, recall and F1 of pairs inside persons, over all sources and of the council's stage, where CLKs decide most.
#
# usage: clk.sh [--people N] [--out DIR] [--carrick PATH]
#   --people N  residents (default 10000: 37,000 rows of twelve extracts)
#   --out DIR   data and results (default: bench-results/clk, here)

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

people=10000 out=$PWD/bench-results/clk
take_options 'people out' '' "$@"
[ ${#words[@]} = 0 ] || usage
find_carrick
export CARRICK
rm -rf "$out"
mkdir -p "$(dirname "$out")"
cp -r "$ROOT/jobs/programmes/tower-hamlets" "$out"
cd "$out"
./make-input.sh "$people" > made.log 2>&1
"$CARRICK" key project.key --quiet
mkdir coded

# The job's thresholds are of filters of 512 bits with about 140 ones, so a Dice of t means h = 280 (1 - t) bits that differ. The same h has another Dice
# in a hardened filter: half of its bits are ones when it is balanced; of two bits that are folded, an odd number must differ.
threshold() { # HARDENING T
  awk -v how="$1" -v t="$2" 'BEGIN {
    ones = 140; bits = 512; h = 2 * ones * (1 - t); odd = 2 * h / bits * (1 - h / bits); a = ones / bits
    if (how == "balanced") t = 1 - h / bits
    if (how == "folded") t = 1 - odd / (4 * a * (1 - a))
    if (how == "both") t = 1 - odd
    printf "%.3f", t }'
}

code_all() { # SETTINGS...
  for coding in coding/*.yaml; do
    "$CARRICK" pseudonymise "$coding" --key project.key --out "coded/$(basename "$coding" .yaml).csv" --set id=keep --quiet "$@"
  done
}

closure() { # RESULT: precision | recall | F1
  grep -m1 -o '"closure": {[^}]*' "$1/evaluation.json" |
    sed 's/.*"f1": \([0-9.]*\).*"precision": \([0-9.]*\).*"recall": \([0-9.]*\).*/\2 \3 \1/' | awk '{ printf "%.4f | %.4f | %.4f", $1, $2, $3 }'
}
line() { printf '| %s | %s | %s |\n' "$1" "$(closure "$2")" "$(closure "$2/stages/council")"; }

echo '| names | precision | recall | F1 | council: precision | recall | F1 |'
echo '|---|---|---|---|---|---|---|'
{ sed '/^optouts:/,$d' job.yaml; cat "$BENCH/clk.yaml"; } > clear.yaml
sed '/^optouts:/,/^$/d' job.yaml > shipped.yaml
for job in shipped clear; do "$CARRICK" run $job.yaml --out $job --quiet 2>> run.log; done
line 'clear text, the rules of job.yaml' shipped
line 'clear text, the rules of the coded job' clear
for how in plain balanced folded both; do
  case $how in
    plain) code_all ;;
    balanced) code_all --set clks.name_clk.balance=true ;;
    folded) code_all --set clks.name_clk.xor_fold=true ;;
    both) code_all --set clks.name_clk.balance=true --set clks.name_clk.xor_fold=true ;;
  esac
  cp job-pseudonymous.yaml "$how.yaml"
  for t in 0.85 0.7 0.6 0.55 0.4; do # marked, so that none is changed twice
    sed -i "s/dice name_clk $t\([],]\)/dice name_clk =$(threshold "$how" "$t")\1/g" "$how.yaml"
  done
  sed -i 's/name_clk =/name_clk /g' "$how.yaml"
  "$CARRICK" run "$how.yaml" --out "$how" --quiet 2>> run.log
  line "CLKs, $how" "$how"
done
