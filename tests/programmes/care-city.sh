#!/usr/bin/env bash
# The borough of linkage keys on a tenth of its size: quality, a release without keys or properties, hidden cells; smaller, the same index on 1 and 2 ranks.
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../cli/lib.bash"
source "$here/lib.bash"
programme=$here/../../jobs/programmes/care-city

cp -r "$programme" tenth && cd tenth || exit 1
expect 0 '' ./make-input.sh 22000
expect 0 '' "$carrick" run job.yaml --out result
quality result 0.998 0.96
"$carrick" key release.key > /dev/null 2>&1
expect 0 'persons: [1-9][0-9,]+ rows released; [0-9]+ withheld' "$carrick" release release.yaml --key release.key --set 'formats=[csv]'
expect 0 'small counts hidden' "$carrick" tabulate services.yaml --out services.csv
grep -q ',<=5$' services.csv || fail "no cell is hidden"
! grep -qE ',[1-5]$' services.csv || fail "a count of five or fewer is shown"
if command -v python3 > /dev/null; then
    search() { python3 "$here/search_identifiers.py" "$1" data/gp_years.csv:row_id,person_key,property_id data/hospital.csv:activity_id,person_key,activity_date \
        data/social_care_years.csv:row_id,person_key,property_id; }
    expect 0 '' search release
    mkdir leaky && sed -n 2p data/gp_years.csv | cut -d, -f2 > leaky/gp.csv
    expect 1 'gp.csv' search leaky
fi

cd .. && cp -r "$programme" small && cd small || exit 1
expect 0 '' ./make-input.sh 1000
same_on_two_ranks job.yaml
finish
