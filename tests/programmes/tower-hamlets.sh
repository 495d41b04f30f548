#!/usr/bin/env bash
# The borough on a tenth of its size: quality, a release without an identifier, hidden cells; smaller, the same index on 1 and 2 ranks, and the variant without identifiable data.
. "$(dirname "$0")/programme.bash"
programme=$programmes/tower-hamlets
cp -r "$programme" tenth && cd tenth || exit 1
expect 0 '' ./make-input.sh "$(people 30000 3000)"
expect 0 'opted out' "$carrick" run job.yaml --out result
quality result/stages/systems 0.98 0.80
quality result/stages/council 0.98 0.83
quality result/stages/health 0.99 0.98
quality result/stages/across 0.98 0.92
quality result 0.98 0.94

# Nobody on the list is left, in any file of the result.
sort data/opt_out_nhs_numbers.txt > out.txt
[ -z "$("$carrick" export people result --show-values --quiet --out - | grep -oE '\b[89][0-9]{9}\b' | sort -u | comm -12 - out.txt)" ] || fail "somebody who opted out is in the index"

"$carrick" key release.key > /dev/null 2>&1
expect 0 'persons: [1-9][0-9,]+ rows released; [0-9]+ withheld' "$carrick" release release.yaml --key release.key
for table in population ethnicity; do expect 0 'cells' "$carrick" tabulate $table.yaml --out $table.csv; done
for table in energy anti_social_behaviour pest_control multiple_occupation; do
    [ $size = quick ] && [ $table = multiple_occupation ] || released release/$table.csv # seven licences are small homes
    [ -z "$(cut -d, -f1 release/$table.csv | tail -n +2 | sort -u | comm -23 - <(cut -d, -f2 release/persons.csv | sort -u))" ] || fail "a household of $table is nobody's"
done
expect 0 'small counts hidden' "$carrick" tabulate properties.yaml --out properties.csv --set input=release/anti_social_behaviour.csv --set 'by=[category, reported]' # months make small cells
grep -q '"homes_withheld": [1-9]' release/release.json || fail "no small home"
grep -q ',<=5$' properties.csv || fail "no cell of the properties is hidden"
! grep -qE ',[1-5]$' population.csv ethnicity.csv properties.csv || fail "a count of five or fewer is shown"
expect 0 '^65' ./against-council.sh


# When the three months are over: nothing of anybody is left, in the release or in what the purge leaves of the result.
expect 0 'files removed' "$carrick" purge --identifiable result --now
[ "$(cd result && find . -type f | sort | tr '\n' ' ')" = "./audit.jsonl ./purge.json " ] || fail "left of the result: $(find result -type f)"
no_identifiers release
if command -v python3 > /dev/null; then expect 0 'none of [1-9]' python3 "$programmes/search_release.py" result identifiers.txt; fi

cd .. && cp -r "$programme" small && cd small || exit 1
expect 0 '' ./make-input.sh 1000
same_on_two_ranks job.yaml
# Ids are kept here for the truth's sake alone.
"$carrick" key project.key > /dev/null 2>&1 && mkdir coded
for coding in coding/*.yaml; do
    expect 0 '' "$carrick" pseudonymise "$coding" --key project.key --out "coded/$(basename "$coding" .yaml).csv" --set id=keep
done
expect 0 '' "$carrick" run job-pseudonymous.yaml --out pseudonymous --set 'evaluate={truth: data/truth.csv, source: source}'
quality pseudonymous 0.97 0.88
finish
