#!/usr/bin/env bash
# Tracing: the preset mps on cases written from the published rules (tests/data/rules/mps.csv: number, step, score and code of each); what linking makes of it; jobs that are wrong;
# the same bytes on any ranks and threads.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
tables=$here/../data/rules

cut -d, -f1,6-11 "$tables/mps.csv" | sed '1s/case/id/' > events.csv
cp "$tables/mps_index.csv" index.csv

# make NAME TRACE: NAME.yaml, a job of events and index.
make() {
    local columns='forename: {as: name}, surname: {as: name}, dob: {as: birth_date}, sex: {as: sex}, postcode: {as: category}'
    printf '%s\n' 'link: link_and_dedupe' 'sources:' \
        "  - {name: events, file: events.csv, id: id, columns: {nhs: {as: nhs_number}, written: {as: identifier, from: nhs}, $columns}}" \
        "  - {name: pds, file: index.csv, id: id, columns: {nhs: {as: nhs_number}, superseded_by: {as: nhs_number}, $columns}}" "trace: $2" > "$1.yaml"
}

# ---- the published rules ----
mps='{preset: mps, index: pds, columns: {as_given: written}}'
make mps "$mps"
expect 0 'found' "$carrick" trace mps.yaml --out mps --quiet
awk -F, 'NR == FNR { found[$2] = $NF "," $4 "," $6 "," $3; next }
         FNR > 1 && found[$1] != $2 "," $3 "," $4 "," $5 { print "case " $1 ": " found[$1] " in place of " $2 "," $3 "," $4 "," $5 " (" $NF ")" }' mps/trace.csv "$tables/mps.csv" > wrong
[ -s wrong ] && fail "$(cat wrong)"
cases=$(($(wc -l < "$tables/mps.csv") - 1))
[ $cases -ge 20 ] || fail "only $cases cases"
[ "$(wc -l < mps/trace.csv)" = $((cases + 1)) ] || fail "trace.csv has another number of rows than the events"
[ "$(awk -F, '$2 == 35 { print $8 }' mps/trace.csv)" = 50 ] || fail "case 35: the part of the sex is not 50"
for code in 00 15 90 91 96 97 98; do
    grep -q ",$code\$" mps/trace.csv || fail "no row has code $code"
done
"$carrick" rules mps | cmp -s - "$here/../../jobs/rules/mps.yaml" || fail "'carrick rules mps' is not its file"

# ---- what the file says is what is done: another margin, another minimum, a column less ----
make margin '{preset: mps, index: pds, margin: 2}'
"$carrick" trace margin.yaml --out margin --quiet > output || fail "margin: $(cat output)"
grep -qE '^events,40,4[0-9]+,algorithmic,4,94.14' margin/trace.csv || fail "a margin of 2 points leaves the best: $(grep '^events,40,' margin/trace.csv)"
make least '{preset: mps, index: pds, least: 85}'
"$carrick" trace least.yaml --out least --quiet > output
grep -qE '^events,36,0000000000,.*,98$' least/trace.csv || fail "a score below 'least' finds somebody: $(grep '^events,36,' least/trace.csv)"
make no_postcode '{preset: mps, index: pds, columns: {postcode: none}}'
"$carrick" trace no_postcode.yaml --out no_postcode --quiet > output || fail "without postcode: $(cat output)"
grep -q algorithmic no_postcode/trace.csv && fail "the last step needs a postcode"
grep -q alphanumeric no_postcode/trace.csv || fail "without postcode the step before still finds"

# ---- linking takes what is traced for decided ----
expect 0 '' "$carrick" run mps.yaml --out mps --quiet
"$carrick" export index mps > persons
person() { awk -F, -v row="$1" '$1 "," $2 == row { print $3 }' persons; }
[ "$(person events,31)" = "$(person pds,3)" ] || fail "a row and the person it was traced to are two"
[ "$(person pds,8)" = "$(person pds,9)" ] || fail "rows of a superseded number and of its successor are two persons"
[ "$(person pds,6)" = "$(person pds,7)" ] && fail "twins are one person"
[ "$(person events,28)" = "$(person pds,6)" ] && fail "a row that is traced to several is one of them"
make staged '{preset: mps, index: pds}'
sed -i 's/^trace: \(.*\)/stages: [{name: numbers, trace: \1}, {name: rest, rules: [{name: name_dob, when: [exact surname, exact forename, exact dob]}]}]/' staged.yaml
expect 0 '' "$carrick" run staged.yaml --out staged --quiet
"$carrick" export index staged > persons
[ "$(person events,31)" = "$(person pds,3)" ] || fail "what a stage traces is not kept by the next"
expect 0 'found' "$carrick" trace staged/stages/numbers --quiet
expect_error 2 'stages' "$carrick" trace staged.yaml --out staged --quiet

# ---- rows that are equal are traced once, and all are answered ----
{ cat events.csv; sed '1d; s/^/9/' events.csv; } > twice.csv
make twice "$mps"
sed -i 's/file: events.csv/file: twice.csv, collapse: [dob, surname]/' twice.yaml
expect 0 "$((2 * cases)) rows, traced as 5. records" "$carrick" trace twice.yaml --out twice --quiet
awk -F, -v n=$cases 'NR > 1 { id = $2; $1 = $2 = ""; answer[id] = $0 }
                     END { for (i = 1; i <= n; i++) if (answer[i] != answer["9" i]) print i }' twice/trace.csv > differ
[ -s differ ] && fail "rows that are equal have other answers: $(tr '\n' ' ' < differ)"

# ---- the same on any ranks and threads ----
"$carrick" trace mps.yaml --out one --quiet --threads 1 > /dev/null
if command -v mpirun > /dev/null; then
    for ranks in 2 4; do
        mpirun --oversubscribe -n $ranks "$carrick" trace mps.yaml --out ranks$ranks --quiet --threads 2 > /dev/null 2>&1 || fail "$ranks ranks do not trace"
        cmp one/trace.csv ranks$ranks/trace.csv || fail "$ranks ranks give other bytes"
    done
fi

# ---- what is wrong is said ----
# wrong PATTERN TRACE
wrong() {
    make bad "$2"
    expect_error 2 "$1" "$carrick" trace bad.yaml --out bad --quiet
}
wrong "Key 'index' is missing" '{preset: mps}'
wrong "pdss" '{preset: mps, index: pdss}'
wrong "did you mean 'mps'" '{preset: mp, index: pds}'
wrong "'hesid' is one of 'rules'" '{preset: hesid, index: pds, columns: {provider: none, local_id: none}}'
wrong "no column of a source" '{preset: mps, index: pds, columns: {surname: nachname}}'
wrong "'nickname' is not known; did you mean 'nicknames'" '{preset: mps, index: pds, nickname: [A B]}'
wrong "from 0 to 100" '{preset: mps, index: pds, margin: 500}'
wrong "keys: The list is empty" '{preset: mps, index: pds, steps: [{name: all, keys: []}]}'
wrong "several values" '{preset: mps, index: pds, steps: [{name: all, keys: [[surname.words]]}]}'
wrong "surnam" '{preset: mps, index: pds, steps: [{name: all, keys: [[surnam]]}]}'
wrong "'levels'" '{preset: mps, index: pds, parts: [{name: a, on: dob}]}'
wrong "there are none" '{preset: mps, index: pds, parts: []}'
wrong "goes with 'preset'" '{index: pds, columns: {nhs: nhs}}
rules: [{name: n, when: exact nhs}]'
wrong "'blocking' is missing" '{index: pds, number: nhs}'
printf '%s\n' 'sources: [{name: pds, file: index.csv, id: id, columns: {nhs: {as: nhs_number}}}]' 'rules: [{name: n, when: exact nhs}]' > plain.yaml
expect_error 2 'says nothing of a trace' "$carrick" trace plain.yaml --out plain --quiet
finish
