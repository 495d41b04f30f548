#!/usr/bin/env bash
# The programme nwl-looked-after on a tenth of its size: a key for every child, the same as in the release of social care; small numbers hidden.
. "$(dirname "$0")/programme.bash"

cp "$programmes"/nwl-looked-after/*.yaml "$programmes"/nwl-looked-after/identifiers.txt .
people=$(people 90000 20000)
expect 0 '' "$carrick" synth --shape nwl-looked-after --people "$people" --out data --quiet
expect 0 '' "$carrick" run job.yaml --out result --quiet
quality result 0.98 0.98

"$carrick" key release.key > /dev/null 2>&1
expect 0 'rows released' "$carrick" release release.yaml --key release.key
cat release/*.csv | grep -v person_key > rows
[ -s rows ] || fail "nothing is released"
no_identifiers release
expect 0 '' "$carrick" tabulate table.yaml --out table.csv --set 'by=[category_of_need, placement]'
hidden table.csv 5 9 # by ethnicity, which so few lose in the release, there is nothing to hide

# A later run has other children and the same patients: who is still there has the same key, which leads from one dataset to the other.
mkdir later && cp *.yaml later/
expect 0 '' "$carrick" synth --shape nwl-looked-after --people "$people" --quarter 5 --out later/data --quiet
expect 0 '' "$carrick" run later/job.yaml --out next --previous result --set as_of=2026-12-31 --quiet
quality next 0.98 0.98
same_ids result next 0.98
expect 0 '' "$carrick" release later/release.yaml --key release.key --set index="$PWD/next" --set out="$PWD/again"
comm -12 <(cut -d, -f1 release/north.csv | sort -u) <(cut -d, -f1 again/north.csv | sort -u) | grep -c '^[0-9a-f]' > both
[ "$(cat both)" -gt 5 ] || fail "only $(cat both) children have the key that they had"
finish
