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
no_identifiers release

cd .. && cp -r "$programme" small && cd small || exit 1
expect 0 '' ./make-input.sh 1000
same_on_two_ranks job.yaml
finish
