#!/usr/bin/env bash
# The presets of rules on cases written from their published rules: tests/data/rules/<preset>.csv says which step decides each pair of records, or none.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
tables=$here/../data/rules

# split TABLE SIDE: the records of one side with their case as id.
split() {
    awk -F, -v side="_$2" 'NR == 1 { for (i = 3; i < NF; i++) if (sub(side "$", "", $i)) { column[n++] = i; header = header "," $i }; print "id" header; next }
                           { row = $1; for (k = 0; k < n; k++) row = row "," $column[k]; print row }' "$tables/$1.csv"
}

# check PRESET COLUMNS: each case by the real program. COLUMNS is YAML.
check() {
    split "$1" a > a.csv
    split "$1" b > b.csv
    printf '%s\n' 'link: link' 'sources:' "  - {name: a, file: a.csv, id: id, columns: &columns {$2}}" '  - {name: b, file: b.csv, id: id, columns: *columns}' "rules: $3" > "$1.yaml"
    "$carrick" run "$1.yaml" --out "$1" --quiet > output 2>&1 || fail "$1: $(cat output)"
    "$carrick" export links "$1" | awk -F, '$2 == $4 && $5 > 0 { print $2 "," $7 }' > found
    [ -s found ] || fail "$1: nothing is linked"
    awk -F, 'NR == FNR { found[$1] = $2; next }
             FNR > 1 { step = $1 in found ? found[$1] : "none"; if (step != $2) print "case " $1 ": " step " in place of " $2 " (" $NF ")" }' found "$tables/$1.csv" > wrong
    [ -s wrong ] && fail "$1: $(cat wrong)"
    cases=$((cases + $(wc -l < "$tables/$1.csv") - 1))
}

cases=0
person='forename: {as: name}, surname: {as: name}, dob: {as: date}, sex: {as: sex}, postcode: {as: postcode}'
check hesid 'sex: {as: sex}, dob: {as: date}, nhs: {as: nhs_number}, postcode: {as: postcode}, procodet: {as: category}, lopatid: {as: identifier}' \
    '{preset: hesid, columns: {provider: procodet, local_id: lopatid}}'
check macral "nhs: {as: nhs_number}, $person" macral
check match-keys "$person" match-keys
[ "$cases" -ge 60 ] || fail "only $cases cases"
grep -q 'min: 1895-01-01' hesid/job.resolved.yaml || grep -q "min: \"1895-01-01\"" hesid/job.resolved.yaml || fail "the first valid day is not in the job"

# The published file is what the program holds.
for preset in hesid macral match-keys; do
    "$carrick" rules $preset | cmp -s - "$here/../../jobs/rules/$preset.yaml" || fail "'carrick rules $preset' is not its file"
    "$carrick" rules | grep -q "^$preset " || fail "'carrick rules' does not list $preset"
done
# The page lists every case as it is tested.
python3 "$tables/page.py" > page.md
cmp -s page.md "$here/../../docs/published-rules.md" || fail "docs/published-rules.md is not what tests/data/rules/page.py prints: $(diff page.md "$here/../../docs/published-rules.md" | head -4)"
finish
