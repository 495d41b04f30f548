#!/usr/bin/env bash
# The programme nwl-looked-after: a key for every child, by which it is joined to the release of nwl-social-care; small numbers hidden.
. "$(dirname "$0")/programme.bash"

people=$(people 90000 20000)
# The other programme, of the same region: its persons' ids and its release's keys are those that a child is to have.
cp -r "$programmes/nwl-social-care" social-care && cd social-care || exit 1
expect 0 '' "$carrick" synth --shape nwl-social-care --people "$people" --out data --quiet
expect 0 '' "$carrick" run job.yaml --out result --quiet
"$carrick" key release.key > /dev/null 2>&1
expect 0 'rows released' "$carrick" release release.yaml --key release.key
cd .. && cp -r "$programmes/nwl-looked-after" . && cd nwl-looked-after || exit 1
expect 0 '' "$carrick" synth --shape nwl-looked-after --people "$people" --out data --quiet
expect 0 '' "$carrick" run job.yaml --out result --previous ../social-care/result --quiet
quality result 0.98 0.98
expect 0 'rows released' "$carrick" release release.yaml --key ../social-care/release.key

# Who is in both, by the truth, has one id; if the index of patients, through which the two are linked, knows them; nobody else has the id of another. The same of the keys of the two releases.
"$carrick" export index ../social-care/result --quiet > adults.csv
"$carrick" export index result --quiet > children.csv
awk -F, 'FNR == 1 {file++} FILENAME ~ /truth/ {entity[file "," $1 "," $2] = $3; next}
    file == 3 && FNR > 1 {e = entity["1," $1 "," $2]; id[e] = $3; of[$3] = e; if ($1 == "patients") known[e] = 1; else client[e] = 1}
    file == 4 && FNR > 1 {e = entity["2," $1 "," $2]; if (e in id) {n++; same += id[e] == $3} else if ($3 in of && of[$3] != e) wrong++; if ($1 != "patients" && e in client) {everybody[e]; if (e in known) both[e] = id[e] == $3}}
    END {for (e in both) {people++; kept += both[e]}; for (e in everybody) all++
         printf "%d of %d rows of people of the other programme have its id, %d others have one of it; of %d children who are clients there too %d are patients, %d with one id\n", same, n, wrong, all, people, kept
         exit !(same > 0.999 * n && wrong <= 0.001 * n && people > 0 && kept >= 0.9 * people)}' \
    ../social-care/data/truth.csv data/truth.csv adults.csv children.csv || fail "ids of the two programmes"
cut -d, -f1 release/*.csv | grep -E '^[0-9a-f]{32}$' | sort -u > child_keys
cut -d, -f1 ../social-care/release/*.csv | grep -E '^[0-9a-f]{32}$' | sort -u > client_keys
shared=$(comm -12 child_keys client_keys | wc -l)
echo "$shared persons can be joined across the two releases"
[ "$shared" -gt 0 ] || fail "no key leads from one release to the other"
expect 0 '' "$carrick" release release.yaml --key ../social-care/release.key --set name=apart --set out=apart
[ -z "$(cut -d, -f1 apart/*.csv | sort -u | comm -12 - client_keys)" ] || fail "a release of another name can be joined"

cat release/*.csv | grep -v person_key > rows
[ -s rows ] || fail "nothing is released"
no_identifiers release
expect 0 '' "$carrick" tabulate table.yaml --out table.csv --set 'by=[category_of_need, placement]'
hidden table.csv 5 9 # by ethnicity, which so few lose in the release, there is nothing to hide

# A later run has other children and the same patients: who is still there has the same key.
mkdir later && cp *.yaml later/
expect 0 '' "$carrick" synth --shape nwl-looked-after --people "$people" --quarter 5 --out later/data --quiet
expect 0 '' "$carrick" run later/job.yaml --out next --previous result --set as_of=2026-12-31 --quiet
quality next 0.98 0.98
same_ids result next 0.98
expect 0 '' "$carrick" release later/release.yaml --key ../social-care/release.key --set index="$PWD/next" --set out="$PWD/again"
comm -12 <(cut -d, -f1 release/*.csv | sort -u) <(cut -d, -f1 again/*.csv | sort -u) | grep -c '^[0-9a-f]' > both
[ "$(cat both)" -gt 5 ] || fail "only $(cat both) children have the key that they had"
finish
