#!/usr/bin/env bash
# Decisions and clusters from the command line; explain and sensitivity.
. "$(dirname "$0")/lib.bash"
small_set
sed '/^threshold/d' job.yaml > merge.yaml

# The default decides at weight 0 and merges; what was decided is in run.json.
"$carrick" run merge.yaml --out merged --quiet > /dev/null || fail "a job without a threshold"
grep -q '^decide: default$' merged/job.resolved.yaml && grep -q '^cluster: merge$' merged/job.resolved.yaml || fail "the defaults are not written out"
grep -q '"method": "merge"' merged/run.json || fail "run.json does not say how persons were made"
"$carrick" run job.yaml --out plain --quiet > /dev/null || fail "a job with a threshold"
grep -q '^cluster: connected$' plain/job.resolved.yaml || fail "a job with a threshold is not clustered as before"

# Every way to decide gives its weight; a job may not decide twice.
weight_of() { # DIR
    sed -n '/"match_weight"/s/.*: *\([-0-9.e]*\).*/\1/p' "$1/run.json"
}
decides() { # DECISION WEIGHT
    "$carrick" run merge.yaml --out decided --set "decide=$1" --quiet > output 2>&1 || { cat output; fail "decide: $1"; return; }
    awk -v found="$(weight_of decided)" -v wanted="$2" 'BEGIN { exit !(found - wanted < 1e-9 && wanted - found < 1e-9) }' ||
        fail "decide: $1 is weight $(weight_of decided), not $2"
}
decides default 0
decides 'weight 5' 5
decides 'probability 0.5' 0
decides 'probability 0.8' 2
# Links of the index hold no more false ones than the rate allows: by hand from the exported links.
"$carrick" run merge.yaml --out decided --set 'decide=fdr 0.02' --quiet > /dev/null
"$carrick" export links decided | awk -F, -v least="$(weight_of decided)" 'NR == 1 { for (i = 1; i <= NF; i++) { w = $i == "match_weight" ? i : w; p = $i == "match_probability" ? i : p } next }
    $w >= least { n++; wrong += 1 - $p } $w >= least - 1 / 16 { more++; worse += 1 - $p }
    END { exit !(n && wrong / n <= 0.02) }' || fail "fdr 0.02 keeps more false links"
expect_error 2 "exclude each other" "$carrick" run job.yaml --out twice --set 'cluster=merge' --set "$(printf 'decide=default')" --set 'threshold={match_weight: 3}'
expect_error 2 "is no decision" "$carrick" run merge.yaml --out twice --set 'decide=often'
expect 0 'at weight 7 and above' "$carrick" cluster merged --threshold-weight 7

# best_link wants a source that holds a person once.
expect_error 2 "needs a source that holds a person once" "$carrick" run merge.yaml --out best --set cluster=best_link

# evaluate speaks of the persons that are there: with an impossible decision nobody is linked.
"$carrick" run merge.yaml --out nobody --set 'decide=weight 100' --quiet > /dev/null
grep -q '"closure": {"f1": 0,' nobody/evaluation.json || fail "closure is not that of the index"
[ "$("$carrick" export index nobody | tail -n +2 | cut -d, -f3 | sort -u | wc -l)" = 12 ] || fail "somebody is linked above weight 100"

# explain: the terms sum to the weight in links.h5; values only when asked for.
"$carrick" run merge.yaml --out merged --quiet > /dev/null
"$carrick" explain merged 1 2 --json > explained.json
exported=$("$carrick" export links merged | awk -F, '$2 == "1" && $4 == "2" { print $5 }')
awk -v exported="$exported" '/"(prior|bits|term_frequency)"/ { sub(/,$/, ""); sum += $2 } /"weight"/ { sub(/,$/, ""); weight = $2 }
    END { exit !(exported != "" && (sum - weight)^2 < 1e-12 && (weight - exported)^2 < 1e-12) }' explained.json || fail "the terms do not sum to the weight of the link"
expect 0 '^surname +exact' "$carrick" explain merged 1 2
grep -qi 'smith' output && fail "explain shows a value unasked"
expect 0 'SMITH' "$carrick" explain merged 1 2 --show-values
expect 0 'made by no rule' "$carrick" explain merged 1 7
expect_error 2 "The second id is in no source" "$carrick" explain merged 1 99
expect_error 2 "Both ids are of one record" "$carrick" explain merged 3 3
expect_error 2 "source 'gp' is not one of the folder's" "$carrick" explain merged 1 2 --source-b gp
cp people.csv second.csv
sed 's/^floor.*/floor: -20\nlink: link/; s/^blocking/  - name: second\n    file: second.csv\n    id: id\n    columns:\n      forename: {as: name}\n      surname: {as: name}\n      dob: {as: date}\n      postcode: {as: postcode}\nblocking/; /^evaluate/d' merge.yaml > two.yaml
"$carrick" run two.yaml --out two --quiet > /dev/null || fail "two sources"
expect_error 2 "is in sources 'register' and 'second'; say which is meant with --source-a" "$carrick" explain two 1 2
expect 0 'not allowed by the link type' "$carrick" explain two 1 2 --source-a second --source-b second
expect 0 'register 1 and second 1' "$carrick" explain two 1 1 --source-a second --source-b register

# Which sources hold a person once is looked at, and said.
[ "$(grep -c '"unique": false' two/run.json)" = 2 ] && grep -q '"duplicates_per_record": [01]\.' two/run.json ||
    fail "sources full of duplicates are taken for unique: $(grep -A3 '"sources"' two/run.json)"
awk -F, 'NR == 1 || $1 ~ /^(1|4|7|9|11)$/' second.csv > people.csv
cp people.csv first.csv
small_set
awk -F, 'NR == 1 || $1 ~ /^(2|5|8|10|12)$/' people.csv > second.csv
cp first.csv people.csv
sed 's/^    id: id/    id: id\n    unique: true/' two.yaml > ones.yaml
for method in merge best_link; do
    "$carrick" run ones.yaml --out ones --set cluster=$method --quiet > /dev/null || fail "$method of unique sources"
    [ "$(grep -c '"unique": true' ones/run.json)" = 2 ] || fail "sources that the job calls unique are not"
    [ "$("$carrick" export index ones | tail -n +2 | cut -d, -f3 | sort | uniq -c | awk '$1 > 2' | wc -l)" = 0 ] || fail "$method: a person has two records of a unique source"
    [ "$("$carrick" export index ones | tail -n +2 | cut -d, -f3 | sort -u | wc -l)" -le 6 ] || fail "$method links too few: $("$carrick" export index ones)"
done

# sensitivity: the higher the decision, the more persons.
"$carrick" sensitivity merged --json --quiet > output
cmp -s output merged/sensitivity.json || fail "sensitivity.json is not what is printed"
grep '"persons":' output | tail -n +2 | sed 's/[^0-9]//g' | sort -n -c || fail "a higher decision gives fewer persons: $(cat output)"
[ "$(grep -c '"records_changed"' output)" -ge 8 ] || fail "too few decisions are tried"
expect 0 'At other weights' "$carrick" sensitivity merged
finish
