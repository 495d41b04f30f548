#!/usr/bin/env bash
# The borough of linkage keys on a tenth of its size: quality, a release without keys or properties, hidden cells; smaller, the same index on 1 and 2 ranks.
. "$(dirname "$0")/programme.bash"
programme=$programmes/care-city

cp -r "$programme" tenth && cd tenth || exit 1
expect 0 '' ./make-input.sh "$(people 22000 2200)"
expect 0 '' "$carrick" run job.yaml --out result
quality result 0.998 0.96
"$carrick" key release.key > /dev/null 2>&1
expect 0 'persons: [1-9][0-9,]+ rows released; [0-9]+ withheld' "$carrick" release release.yaml --key release.key
expect 0 'small counts hidden' "$carrick" tabulate services.yaml --out services.csv
grep -q ',<=5$' services.csv || fail "no cell is hidden"
! grep -qE ',[1-5]$' services.csv || fail "a count of five or fewer is shown"

# Homes by year: fifteen years, most people of a home in the next year's too; housing and council tax lead to homes and households, and to no person.
expect 0 '' "$carrick" tabulate homes.yaml --out homes.csv
awk -F, 'NR > 1 && $1 ~ /^20/ {n++; if ($2 + 0 < 100) few = 1} END {exit n < 14 || few}' homes.csv || fail "homes by year: $(cat homes.csv)"
for table in housing council_tax; do
    released release/$table.csv
    head -1 release/$table.csv | grep -q '^household_key,home,since,' || fail "the header of $table"
    [ -z "$(cut -d, -f1 release/$table.csv | tail -n +2 | sort -u | comm -23 - <(cut -d, -f2 release/persons.csv | sort -u))" ] || fail "a household of $table is nobody's"
    awk -F, 'FNR == 1 {for (i = 1; i <= NF; i++) if ($i == "home") c = i; next} FILENAME ~ /gp_years/ {home[$c]; next} {n++; met += $c in home} END {print met " of " n " rows are of a home of gp_years"; exit met < 0.95 * n}' \
        release/gp_years.csv release/$table.csv || fail "the homes of $table"
done
no_identifiers release

cd .. && cp -r "$programme" small && cd small || exit 1
expect 0 '' ./make-input.sh 1000
same_on_two_ranks job.yaml
finish
