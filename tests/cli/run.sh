#!/usr/bin/env bash
# A whole run: what is written, what is skipped when, overrides, stages alone.
. "$(dirname "$0")/lib.bash"
small_set

expect 0 'Results are in .result' "$carrick" run job.yaml --out result
for file in people.h5 model.json links.h5 index.h5 evaluation.json job.resolved.yaml run.json; do
    [ -s "result/$file" ] || fail "result/$file is missing"
done
ls result | grep -q partial && fail "a temporary file is left"
[ "$(stat -c %a result)" = 700 ] || fail "others may look into the result folder"
for key in stages name seconds peak_rss_bytes counts total_seconds ranks threads versions inputs xxh3 candidates; do
    grep -q "\"$key\"" result/run.json || fail "run.json has no $key"
done
if command -v xxhsum > /dev/null; then
    grep -q "$(xxhsum -H3 people.csv | sed -E 's/.*(XXH3_|= ?|^)([0-9a-f]{16}).*/\2/')" result/run.json || fail "the input's xxh3 is another"
fi

# The second run does nothing and says so.
before=$(stat -c '%n %y' result/*)
expect 0 'Nothing to do' "$carrick" run job.yaml --out result
[ "$(grep -c 'up to date$' output)" = 5 ] || fail "not every stage is up to date"
[ "$before" = "$(stat -c '%n %y' result/*)" ] || fail "a run with nothing to do changed a file"
expect 0 'Nothing to do' "$carrick" run result
expect 0 'Results are in' "$carrick" run job.yaml --out result --force
grep -q 'up to date' output && fail "--force skips"
expect 0 '' "$carrick" run job.yaml --out result --quiet
[ ! -s output ] || fail "--quiet says something"

# Only what depends on a change is redone.
redone() { grep -E '^(ingest|train|link|cluster|evaluate) ' output | grep -v 'up to date' | cut -d' ' -f1 | tr '\n' ' '; }
"$carrick" run job.yaml --out result --set threshold.match_weight=3 > output 2>&1
[ "$(redone)" = "cluster evaluate " ] || fail "a new threshold redoes: $(redone)"
"$carrick" run job.yaml --out result --set floor=-10 > output 2>&1
[ "$(redone)" = "link cluster evaluate " ] || fail "a new floor redoes: $(redone)"
touch people.csv
"$carrick" run job.yaml --out result --set floor=-10 > output 2>&1
[ "$(redone)" = "" ] || fail "a touched input redoes: $(redone)"
sed -i 's/Eve,Patel,1999-03-04/Eva,Patel,1999-03-04/' people.csv
"$carrick" run job.yaml --out result --set floor=-10 > output 2>&1
case $(redone) in "ingest train link"*) ;; *) fail "a changed input redoes: $(redone)" ;; esac
sed -i 's/"prior": 0.1[0-9]*/"prior": 0.2/' result/model.json
"$carrick" run job.yaml --out result --set floor=-10 > output 2>&1
[ "$(redone)" = "link cluster evaluate " ] || fail "an edited model redoes: $(redone)"

# Stages alone, in the folder, give what run gives.
expect 0 '' "$carrick" ingest job.yaml --out alone
expect_error 5 "model.json' is not there; 'carrick train' makes it" "$carrick" link alone
for stage in train link cluster evaluate; do
    expect 0 "^$stage " "$carrick" $stage alone
done
expect 0 'persons: F1|precision' "$carrick" evaluate alone
"$carrick" run job.yaml --out whole --quiet > /dev/null
for file in people links index; do
    diff <("$carrick" digest alone/$file.h5 | cut -d' ' -f2-) <("$carrick" digest whole/$file.h5 | cut -d' ' -f2-) > /dev/null ||
        fail "$file.h5 of single stages differs from that of run"
done
"$carrick" cluster alone --threshold-weight 100 > output 2>&1
grep -q '12 records are 12 persons' output || fail "nothing is above weight 100, yet: $(cat output)"
expect 0 'up to date' "$carrick" cluster alone --threshold-weight 100
expect_error 5 "links.h5' was not made from what is in the folder now" bash -c \
    "'$carrick' ingest alone --force --quiet && exec '$carrick' cluster alone"

# evaluate with a truth of one's own, as JSON on standard output
sed 's/id,entity/rec,who/' truth.csv > own.csv
"$carrick" evaluate whole --truth own.csv --id rec --entity who --json --quiet > evaluation.json
for key in records true_pairs candidates blocking_recall edge best_f1 best_weight closure f1 precision recall threshold_weight; do
    grep -q "\"$key\"" evaluation.json || fail "evaluate --json has no $key"
done
sed '/^evaluate/d' job.yaml > plain.yaml
"$carrick" run plain.yaml --out plain --quiet
[ ! -e plain/evaluation.json ] || fail "an evaluation without truth"
expect_error 2 'names no truth' "$carrick" evaluate plain

# the default folder, messages as JSON, more threads
expect 0 "Results go to 'small.carrick'" "$carrick" run job.yaml --threads 2
expect 0 '^\{"kind":"stage","stage":"ingest"' "$carrick" run job.yaml --json-log --force
grep -qv '^{.*}$' <(grep -v '^ *$' output | sed '/^records/,$d') && fail "--json-log prints a line that is no JSON"
expect 0 'SMITH' "$carrick" profile whole --show-values
expect 0 '^register +surname +name' "$carrick" profile whole
grep -q SMITH output && fail "profile shows a value unasked"
expect 0 '"surname"' "$carrick" profile whole --json

# The extracts may be gone once they are ingested: later stages still run in the folder, and only ingest needs them.
mv people.csv moved.csv
for stage in train link; do expect 0 "^$stage " "$carrick" $stage alone; done
expect 0 '^cluster ' "$carrick" cluster alone --threshold-weight 3
expect_error 5 'people.csv' "$carrick" run alone
mv moved.csv people.csv

# A date made of year, month and day.
printf 'id,y,m,d\n1,1980,2,9\n2,1980,02,09\n3,1980,,9\n' > parts.csv
cat > parts.yaml <<'YAML'
link: dedupe
sources:
  - {name: s, file: parts.csv, id: id, columns: {dob: {from: [y, m, d], as: date}}}
blocking: [[dob]]
comparisons: [{on: dob, levels: [exact]}]
YAML
expect 0 '^ingest ' "$carrick" ingest parts.yaml --out parts
"$carrick" export people parts > output
[ "$(tail -n +2 output | cut -d, -f3 | tr '\n' ' ')" = "1980-02-09 1980-02-09  " ] || fail "dates of parts: $(cat output)"

# A process alone needs no session folder of its MPI, which several would share.
OMPI_MCA_orte_tmpdir_base=/proc/none expect 0 '' "$carrick" export people parts --out /dev/null
[ -c /dev/null ] || fail "/dev/null became a file"
finish
