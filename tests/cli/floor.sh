#!/usr/bin/env bash
# The floor leaves pairs out before they are wholly compared, and never one at or above it: at every floor the links are those of a floor that leaves
# out nothing.
source "$(dirname "$0")/lib.bash"

"$carrick" synth --rows 4000 --seed 3 --out region > /dev/null 2>&1
expect 0 '' "$carrick" run region/records.csv --out result --set floor=-100
"$carrick" export links result 2> /dev/null | tail -n +2 > all.csv
for floor in -20 -10 0 6; do
    expect 0 '' "$carrick" link result --set floor=$floor
    "$carrick" export links result 2> /dev/null | tail -n +2 > links.csv
    cmp -s links.csv <(awk -F, -v floor=$floor '$5 >= floor' all.csv) || fail "links at floor $floor: $(wc -l < links.csv) of $(awk -F, -v floor=$floor '$5 >= floor' all.csv | wc -l)"
done
finish
