#!/usr/bin/env bash
# The real sets of ../shared, with the blocking rules, comparisons and training of the oracle's Splink runs: the same candidate pairs,
# and closure F1 at the best threshold not more than 0.01 below Splink's. usage: oracle.sh CARRICK
set -u
carrick=$1
here=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -d "$here/../../shared/oracle" ]; then
    echo "skipped: the open sets are not beside the checkout (../shared/oracle)"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail=0

number() { # KEY: the last number of that name in the JSON on standard input
    sed -n "s/.*\"$1\": *\([-0-9.e]*\).*/\1/p" | tail -1
}

check() { # SET PAIRS SPLINK_BEST_F1
    "$carrick" run "$here/oracle/$1.yaml" --out "$work/$1" --quiet || { echo "$1: exit $?"; fail=1; return; }
    local json pairs f1
    json=$("$carrick" evaluate "$work/$1" --json --quiet)
    pairs=$(number candidates <<<"$json")
    f1=$(sed -n '/"closure"/,/}/p' <<<"$json" | number best_f1)
    echo "$1: $pairs candidate pairs, closure F1 $f1 at best (Splink $3)"
    [ "$pairs" = "$2" ] || { echo "  expected $2 candidate pairs"; fail=1; }
    awk -v f="$f1" -v s="$3" 'BEGIN { exit !(f >= s - 0.01) }' || { echo "  more than 0.01 below Splink"; fail=1; }
}

check febrl4 13631 .9998
check essnet_census_cis_open25 17149 .9742
check splink_fake_1000 3989 .9308
check splink_historical_50k_open30 85892 .8721
exit $fail
