#!/usr/bin/env bash
# Splink models in and out: made-up people with Splink's answer, models written and read again, jobs, training, refusals.
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../data/splink
. "$(dirname "$0")/lib.bash"
. "$here/splink.bash"
small_set

# ---- Splink's pairs, levels and weights ----
for name in dedupe link; do
    inputs=()
    for input in "$data/$name"/*.csv; do [ "$(basename "$input")" = pairs.csv ] || inputs+=("$input"); done
    mkdir -p "shuffled-$name"
    for input in "${inputs[@]}"; do shuffle "$input" > "shuffled-$name/$(basename "$input")"; done
    ranks=1
    score "$name" "$data/$name/model.json" "${inputs[@]}" && agree "$data/$name/pairs.csv" "$name.csv" || fail "$name"
    for ranks in 1 2 4; do
        [ $ranks = 1 ] || command -v mpirun > /dev/null || continue
        score other "$data/$name/model.json" "shuffled-$name"/*.csv && cmp "$name.csv" other.csv || fail "$name, shuffled, on $ranks ranks"
    done
    ranks=1
    expect 0 '' "$carrick" export --splink out.json "$name"
    score again out.json "${inputs[@]}" && cmp "$name.csv" again.csv || fail "$name: other scores with the model that was written"
done
# Splink's warning where m and u were never trained
expect 0 "warning: Comparison 'email': 2 of its m and u values are neither trained nor given" \
    "$carrick" link --splink "$data/dedupe/model.json" --out warned "$data/dedupe/people.csv"
[ -f warned/index.h5 ] || fail "link --splink does not cluster"

# ---- in a job file, and gzipped ----
gzip -c "$data/dedupe/people.csv" > people.csv.gz
expect 0 '' "$carrick" link --splink "$data/dedupe/model.json" --out zipped --set floor=-10000 people.csv.gz
"$carrick" export links zipped --quiet | cmp - dedupe.csv || fail "gzipped input"
columns='{first_name: {}, surname: {}, dob: {}, seen: {}, email: {}, postcode: {}, phone: {}, height: {}, lat: {}, lon: {}, tags: {}, sex: {}, unique_id: {}}'
cat > splink.yaml << END
sources: [{name: people, file: $data/dedupe/people.csv, id: unique_id, columns: $columns}]
model: {splink: $data/dedupe/model.json}
floor: -10000
END
expect 0 '' "$carrick" run splink.yaml --out job
"$carrick" export links job --quiet | cut -d, -f2,4-7,8- > job.csv
cut -d, -f2,4-7,8- dedupe.csv | cmp - job.csv || fail "a job with model.splink scores otherwise"
expect 0 'up to date' "$carrick" run job
sed "s/splink: \(.*\)}/splink: \1, separator: '|'}/" splink.yaml > bar.yaml
expect 0 '' "$carrick" run bar.yaml --out bar --quiet
"$carrick" export links bar --quiet | cut -d, -f2,4-7,8- | cmp -s - job.csv && fail "the separator of lists changes nothing"

# ---- training starts from rules and levels alone ----
grep -vE '"(m|u)_probability"' "$data/dedupe/model.json" > bare.json
expect 0 '' "$carrick" link --splink bare.json --out trained --set train.method=em "$data/dedupe/people.csv"
grep -q '"prior_source": "the Splink model"' trained/model.json && fail "the model was not trained"
grep -q '"used": true' trained/model.json || fail "no session was used"

# ---- a native model out ----
expect 0 '' "$carrick" run job.yaml --out native --quiet --set floor=-100
expect 0 "warning: The job cleans its columns" "$carrick" export --splink native.json native
"$carrick" export people native --quiet | cut -d, -f2- > cleaned.csv
score back native.json cleaned.csv || fail "the written model does not score"
"$carrick" export links native --quiet | cut -d, -f2,4-6,7- | sort > x.csv
cut -d, -f2,4-6,7- back.csv | sort > y.csv
awk -F, 'NR == FNR { w[$1 "," $2] = $3; next } { d = w[$1 "," $2] - $3; if (d < 0) d = -d; if (FNR > 1 && d > 1e-9) bad = 1 } END { exit bad || NR == FNR }' x.csv y.csv ||
    fail "other weights with a native model that was written"
[ "$(wc -l < x.csv)" = "$(wc -l < y.csv)" ] || fail "other pairs with a native model that was written"
sed 's/- \[surname\]/- [surname.soundex]/; s/levenshtein 1/soundex/' job.yaml > soundex.yaml
expect 0 '' "$carrick" run soundex.yaml --out soundex --quiet
expect_error 2 "no form in Splink: blocking rule 1 \('soundex' has no form in SQL\); level 3 of comparison 'surname'" \
    "$carrick" export --splink soundex.json soundex
[ -e soundex.json ] && fail "a model without form was written"

# ---- refusals ----
model() { # RULE CONDITION
    cat > refused.json << END
{"link_type": "dedupe_only", "blocking_rules_to_generate_predictions": ["$1"],
 "comparisons": [{"output_column_name": "surname", "comparison_levels": [{"sql_condition": "$2"}, {"sql_condition": "ELSE"}]}],
 "unique_id_column_name": "id"}
END
}
link() { "$carrick" link --splink refused.json --out refused people.csv; }
model 'l.surname = r.surname' 'surname_l = surname_r'
expect 0 '' link
rm -rf refused
model 'l.surname = r.surname' 'soundex2(surname_l) = surname_r'
expect_error 2 "refused.json: comparison 'surname', level 1: at character 1 \(soundex2\): this function is not known" link
model 'l.surname = r.surname' 'surname_l = = surname_r'
expect_error 2 "level 1: at character 13 \(=\): a value is needed here" link
model 'l.surnam = r.surname' 'surname_l = surname_r'
expect_error 2 "people.csv has no column 'surnam', which the model refused.json needs; did you mean 'surname'" link
model 'levenshtein(l.surname, r.surname) < 2' 'surname_l = surname_r'
expect_error 2 'blocking rule 1: there is no equality .* would compare all 66 pairs' link
model 'l.surname = r.surname or l.dob = r.dob' 'surname_l = surname_r'
expect_error 2 'all 66 pairs.* make one rule of each part of an OR' link
[ -e refused ] && fail "a refused model leaves a folder"
expect_error 2 'links? .*takes DIR|does not know what to do with' "$carrick" link one two
expect_error 2 'takes DIR alone' "$carrick" export --splink x.json links native
expect_error 2 'is of link type dedupe_only, which reads one file' "$carrick" link --splink "$data/dedupe/model.json" --out x a.csv b.csv
expect_error 2 'give a file for each' "$carrick" link --splink "$data/link/model.json" --out x people.csv
expect_error 5 'none.json cannot be read' "$carrick" link --splink none.json --out x people.csv
finish
