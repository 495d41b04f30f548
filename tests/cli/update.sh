#!/usr/bin/env bash
# carrick update: what has not changed keeps its links, new and changed rows are compared with all, and the links are those of a job that compares
# everything with the same model; persons keep their ids.
. "$(dirname "$0")/lib.bash"
run() { "$carrick" "$@" --quiet > log 2>&1 || { cat log; fail "$*"; }; }
count() { grep -oE "\"$2\": [0-9]+" "$1/run.json" | tail -1 | grep -oE '[0-9]+$'; }

# A region; blocks of half of all rows (sex, which is asked first, so that large blocks make most links), capped ones, keys that are sets. No term frequencies, so that the weights of a pair are the same
# whoever else is there.
"$carrick" synth --rows 700 --seed 5 --out region --quiet || fail "synth"
cat > job.yaml << 'END'
name: region
link: dedupe
sources:
  - name: region
    file: now.csv
    id: unique_id
    columns:
      forename:   {from: forename, as: name}
      surname:    {from: surname, as: name}
      dob:        {from: dob, as: date}
      sex:        {from: sex, as: sex}
      postcode:   {from: postcode, as: postcode}
      nhs_number: {from: nhs_number, as: nhs_number}
blocking:
  - [sex]
  - [nhs_number]
  - {keys: [surname], max_block: 400}
  - [forename.words]
comparisons:
  - {on: forename, levels: [exact, jaro_winkler 0.9], m: [0.8, 0.15, 0.05], u: [0.02, 0.03, 0.95]}
  - {on: surname, levels: [exact, levenshtein 1], m: [0.9, 0.08, 0.02], u: [0.02, 0.01, 0.97]}
  - {on: dob, levels: [exact], m: [0.95, 0.05], u: [0.001, 0.999]}
  - {on: nhs_number, levels: [exact, damerau_levenshtein 1], m: [0.9, 0.05, 0.05], u: [0.0001, 0.0001, 0.9998]}
prior: 0.001
floor: -5
threshold: {match_weight: 5}
END
head -601 region/records.csv > now.csv
cp now.csv first.csv
run run job.yaml --out first

# Of 600 rows 15 are changed, 14 are gone, and 20 are new; one of these comes before all others.
awk -F, -v OFS=, 'NR == 1 { print; next } NR % 41 == 0 { next } NR % 40 == 0 { $4 = "NEWNAME" } { print }' first.csv > now.csv
sed -n 602,620p region/records.csv >> now.csv
sed -n '2s/^[^,]*/a/p' first.csv >> now.csv
cp now.csv second.csv
run run job.yaml --out whole
run update job.yaml --index first --out second --set as_of=2026-07-01
"$carrick" export links whole > expected.csv
"$carrick" export links second | cmp -s - expected.csv || fail "the links of an update are not those of comparing everything"
[ "$(wc -l < expected.csv)" -gt 100 ] || fail "too few links to tell"
[ "$(count second candidates)" -lt $(($(count whole candidates) / 4)) ] || fail "an update makes $(count second candidates) of $(count whole candidates) pairs"
expect 0 '^links added +0$' "$carrick" diff whole second
grep -q '^2026-07-01,new,' second/ids.csv && grep -q '^2026-07-01,retired,' second/ids.csv || fail "the log: $(cat second/ids.csv)"
# Who is in both indexes, row for row, has one id.
"$carrick" export index first | tail -n +2 | sort -t, -k2,2 > a
"$carrick" export index second | tail -n +2 | sort -t, -k2,2 > b
[ "$(join -t, -j 2 a b | awk -F, '$3 == $5' | wc -l)" -ge 550 ] || fail "ids are not kept"

# Twice changes nothing: neither the same update again, nor one without news.
"$carrick" digest second/people.h5 second/links.h5 second/index.h5 > digest
cp second/ids.csv ids.csv
expect 0 'Nothing to do' "$carrick" update job.yaml --index first --out second --set as_of=2026-07-01
run update job.yaml --index first --out second --set as_of=2026-07-01 --force
"$carrick" digest second/people.h5 second/links.h5 second/index.h5 | cmp -s - digest && cmp -s second/ids.csv ids.csv || fail "the same update twice differs"
run update job.yaml --index second --out third --set as_of=2026-10-01
[ "$(count third candidates)" = 0 ] || fail "an update without news makes pairs"
cmp -s third/ids.csv ids.csv || fail "an update without news has changes"
"$carrick" digest third/people.h5 third/links.h5 third/index.h5 | cut -d' ' -f2- | diff - <(cut -d' ' -f2- digest) > /dev/null || fail "an update without news is not the index before it"

# And back again: an update of an update.
cp first.csv now.csv
run update job.yaml --index third --out fourth --set as_of=2027-01-01
"$carrick" export links fourth | cmp -s - <("$carrick" export links first) || fail "links after going back"

# From another rank count the same; later stages of the folder go on as an update.
cp second.csv now.csv
if command -v mpirun > /dev/null; then
    for ranks in 2 4; do
        rm -rf many
        mpirun --oversubscribe -n $ranks "$carrick" update job.yaml --index first --out many --set as_of=2026-07-01 --quiet > log 2>&1 || { cat log; fail "$ranks ranks"; }
        "$carrick" digest many/people.h5 many/links.h5 many/index.h5 | cut -d' ' -f2- | diff - <(cut -d' ' -f2- digest) > /dev/null || fail "an update differs on $ranks ranks"
        cmp -s many/ids.csv ids.csv || fail "the log differs on $ranks ranks"
    done
fi
expect 0 'up to date' "$carrick" run second
expect 0 'links weigh at least' "$carrick" explain second r000000001 r000000002

# Term frequencies are those of the run that was trained, over any number of updates.
sed 's/forename, levels: \[exact,/forename, term_frequency: true, levels: [exact,/' job.yaml > frequent.yaml
cp first.csv now.csv
run run frequent.yaml --out f1
cp second.csv now.csv
run update frequent.yaml --index f1 --out f2
run update frequent.yaml --index f2 --out f3
cmp -s f2/frequencies.h5 f3/frequencies.h5 || fail "frequencies change from update to update"
join -t, -j 1 <("$carrick" export links f1 | awk -F, '{ print $2 "-" $4 "," $5 }' | sort) <("$carrick" export links f3 | awk -F, '{ print $2 "-" $4 "," $5 }' | sort) |
    awk -F, '$2 == $3 { same++ } END { exit !(same > 100) }' || fail "pairs of rows that did not change have other weights"

# An extract of changes, with a list of what is gone, gives the same bytes as the full extract.
head -1 first.csv > now.csv
comm -13 <(sort first.csv) <(sort second.csv) >> now.csv
{ echo unique_id; join -t, -v 1 <(cut -d, -f1 first.csv | sort) <(cut -d, -f1 second.csv | sort); } > gone.csv
[ "$(wc -l < now.csv)" -lt 60 ] && [ "$(wc -l < gone.csv)" -gt 10 ] || fail "the changes are not a few rows"
sed 's/    id: unique_id/    id: unique_id\n    extract: changes\n    removed: gone.csv/' job.yaml > changes.yaml
run update changes.yaml --index first --out changes --set as_of=2026-07-01
"$carrick" digest changes/people.h5 changes/links.h5 changes/index.h5 | cut -d' ' -f2- | diff - <(cut -d' ' -f2- digest) || fail "changes are not what the full extract is"
cmp -s changes/ids.csv ids.csv || fail "the log of changes is not that of the full extract"
expect 0 'Nothing to do' "$carrick" update changes.yaml --index first --out changes --set as_of=2026-07-01
if command -v mpirun > /dev/null; then
    rm -rf many
    mpirun --oversubscribe -n 3 "$carrick" update changes.yaml --index first --out many --set as_of=2026-07-01 --quiet > log 2>&1 || { cat log; fail "changes on 3 ranks"; }
    "$carrick" digest many/people.h5 many/links.h5 many/index.h5 | cut -d' ' -f2- | diff - <(cut -d' ' -f2- digest) > /dev/null || fail "changes differ on 3 ranks"
fi
# Nothing at all may change; rows that were collapsed are taken over as rows.
head -1 first.csv > now.csv
sed '/removed:/d; s/    id: unique_id/    id: unique_id\n    collapse: [forename, surname, dob]/' changes.yaml > collapse.yaml
sed '/extract:/d; /removed:/d; s/    id: unique_id/    id: unique_id\n    collapse: [forename, surname, dob]/; s/now.csv/first.csv/' changes.yaml > collapsed.yaml
run run collapsed.yaml --out c1
run update collapse.yaml --index c1 --out c2
cmp -s <("$carrick" digest c1/people.h5 c1/links.h5 c1/index.h5 | cut -d' ' -f2-) <("$carrick" digest c2/people.h5 c2/links.h5 c2/index.h5 | cut -d' ' -f2-) || fail "no change of collapsed rows is a change"
expect_error 2 "needs 'previous'" "$carrick" run changes.yaml --out x
expect_error 2 "belongs to 'extract: changes'" "$carrick" update <(sed '/extract:/d' changes.yaml) --index first --out x
cp second.csv now.csv

# --retrain links anew and keeps ids; other rules or sources cannot be updated, and say so.
run update frequent.yaml --index f1 --out f4 --retrain
[ -e f4/frequencies.h5 ] && fail "a run that trains keeps frequencies of another"
[ -s f4/ids.csv ] || fail "--retrain keeps no ids"
expect_error 2 'needs --index' "$carrick" update job.yaml --out x
expect_error 5 'is not there' "$carrick" update job.yaml --index nowhere --out x
sed 's/max_block: 400/max_block: 300/' job.yaml > other.yaml
expect_error 2 'is not what it was in' "$carrick" update other.yaml --index first --out x
sed 's/    id: unique_id/    id: unique_id\n    unique: true/; s/link: dedupe/link: link_and_dedupe/' job.yaml > unique.yaml
expect_error 2 'not what it was|not .unique. as it was' "$carrick" update unique.yaml --index first --out x
finish
