#!/usr/bin/env bash
# The programme nwc-region, small: contacts of every trust put together by patient, from a release without identifiers.
. "$(dirname "$0")/programme.bash"

cp "$programmes"/nwc-region/*.yaml "$programmes"/nwc-region/identifiers.txt .
people=$(people 200000 20000)
expect 0 '' "$carrick" synth --shape nwc --people "$people" --out data --quiet
expect 0 '' "$carrick" run job.yaml --out result --quiet
quality result 0.99 0.99

"$carrick" key release.key > /dev/null 2>&1
expect 0 'rows released' "$carrick" release release.yaml --key release.key
for table in inpatient emergency outpatient; do released release/$table.csv; done
no_identifiers release

# One patient's contacts with several trusts, in order; somebody is readmitted; every row is in a contact.
expect 0 'readmissions within 30 days' "$carrick" collate collate.yaml
rows=$(cat release/*.csv | grep -vc '^person_key')
[ "$(awk -F, 'NR > 1 {n += $7} END {print n}' collated/contacts.csv)" = "$rows" ] || fail "rows in contacts"
awk -F, 'NR > 1 {if ($1 == last && $4 < start) exit 1; last = $1; start = $4}' collated/contacts.csv || fail "the order of contacts"
awk -F, 'NR > 1 {n += $7} END {print n " readmissions"; exit n < 50}' collated/persons.csv || fail "readmissions"
awk -F, 'NR > 1 && $7 > 1 && $8 != "" {n++} END {exit n < 50}' collated/contacts.csv || fail "spells of several episodes"
expect 0 '' "$carrick" tabulate table.yaml --out table.csv
hidden table.csv 10 9

# The next quarter, linked anew: patients keep their ids.
mkdir later && cp job.yaml later/
expect 0 '' "$carrick" synth --shape nwc --people "$people" --quarter 2 --out later/data --quiet
expect 0 '' "$carrick" run later/job.yaml --out next --previous result --set as_of=2026-03-31 --quiet
same_ids result next 0.99
finish
