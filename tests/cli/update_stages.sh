#!/usr/bin/env bash
# carrick update of jobs of rules and of stages: what has not changed is taken over, uniqueness is judged over all pairs, old and new, and the result is
# that of linking everything anew.
. "$(dirname "$0")/lib.bash"
run() { "$carrick" "$@" --quiet > log 2>&1 || { cat log; fail "$*"; }; }
count() { grep -oE "\"$2\": [0-9]+" "$1/run.json" | tail -1 | grep -oE '[0-9]+$'; }
links() { "$carrick" export links "$1" 2> /dev/null; }
same_links() { # FOLDER FOLDER WHAT
    links "$1" > expected
    links "$2" | cmp -s - expected || fail "$3: the links of the update are not those of linking anew"
    [ "$(wc -l < expected)" -gt 1 ] || fail "$3: no links"
}

# ---- rules alone: a new row takes another's only match away, and a row that is gone gives it back ----
printf '%s\n' id,forename,surname,dob,postcode 1,ANN,SMITH,1980-01-02,LS1 2,BOB,JONES,1970-03-04,LS2 3,CAT,BROWN,1960-05-06,LS3 4,DAN,WHITE,1950-05-06,LS4 > a.csv
printf '%s\n' id,forename,surname,dob,postcode 1,ANN,SMITH,1980-01-02,LS1 2,BOB,JONES,1970-03-04,LS2 3,CAT,BROWN,1960-05-06,LS3 33,CAT,BROWN,1960-05-06,LS7 > b.csv
cat > rules.yaml << 'END'
name: rules
link: link
sources:
  - {name: a, file: a.csv, id: id, columns: &columns {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: text}}}
  - {name: b, file: b.csv, id: id, columns: *columns}
rules:
  - {name: all, when: [exact forename, exact surname, exact dob], unique: both}
  - {name: place, when: [exact surname, exact postcode]}
END
run run rules.yaml --out r1
[ "$(links r1 | awk -F, 'NR > 1 && $5 > 0 { print $2 "-" $4 " " $7 }' | sort | xargs)" = "1-1 all 2-2 all 3-3 place" ] || fail "the first links: $(links r1)"
sed -i '/^33,/d' b.csv
echo 22,BOB,JONES,1970-03-04,LS9 >> b.csv
run run rules.yaml --out whole
run update rules.yaml --index r1 --out r2
[ "$(links r2 | awk -F, 'NR > 1 && $5 > 0 { print $2 "-" $4 " " $7 }' | sort | xargs)" = "1-1 all 2-2 place 3-3 all" ] || fail "the links of the update: $(links r2)"
same_links whole r2 rules
cmp -s whole/ties.csv r2/ties.csv || fail "the ties of the update"
[ "$(count r2 candidates)" = 1 ] && [ "$(count r2 links_kept)" = 3 ] || fail "the update makes $(count r2 candidates) pairs and keeps $(count r2 links_kept)"
expect 0 'Nothing to do' "$carrick" update rules.yaml --index r1 --out r2
sed 's/unique: both/unique: left/' rules.yaml > left.yaml
expect_error 2 'is not what it was in' "$carrick" update left.yaml --index r1 --out other

# Changes of one source beside the whole of another; a column that a source does not make any more is missing in its old rows, too.
sed 's/columns: \*columns/columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}}/' rules.yaml > fewer.yaml
sed 's/file: b.csv, id: id/file: none.csv, id: id, extract: changes/' fewer.yaml > changes.yaml
echo id,forename,surname,dob > none.csv
run run fewer.yaml --out fewer
run run changes.yaml --out changes --previous r2
"$carrick" digest fewer/people.h5 | cut -d' ' -f2- | diff - <("$carrick" digest changes/people.h5 | cut -d' ' -f2-) > /dev/null || fail "changes of one source are not the whole"

# ---- a borough a quarter later: groups, rules, a model on what is left, one to one ----
for quarter in 1 2; do
    "$carrick" synth --shape tower-hamlets --people 250 --seed 3 --quarter $quarter --out q$quarter --quiet || fail "no borough"
done
cat > stages.yaml << 'END'
name: borough
sources:
  - {name: housing, file: now/housing.csv, id: tenancy_person_ref, columns: {name: {from: [forename, surname], as: name}, dob: {from: date_of_birth, as: date, format: "%d/%m/%Y"}, postcode: {as: postcode}, uprn: {as: uprn}}}
  - {name: tax, file: now/council_tax.csv, id: account_person, columns: {name: {as: name}, postcode: {from: post_code, as: postcode}, uprn: {from: property_ref, as: uprn}}}
  - {name: gp, file: now/gp.csv, id: patient_id, columns: {name: {from: [forename, surname], as: name}, dob: {as: date}, postcode: {as: postcode}, uprn: {as: uprn}, nhs: {from: nhs_number, as: nhs_number}}}
  - {name: acute, file: now/acute.csv, id: attendance, columns: {name: {from: [FORENAME, SURNAME], as: name}, dob: {from: DOB, as: date, format: "%d/%m/%Y"}, postcode: {from: POSTCODE, as: postcode}, nhs: {from: NHS_NO, as: nhs_number}}}
stages:
  - name: council
    sources: [housing, tax]
    rules:
      - {name: place, when: [exact name.sorted_words, exact postcode], unique: both}
      - {name: home, when: [exact uprn, token_sort name 0.8]}
  - name: health
    sources: [gp, acute]
    rules: [{name: nhs, when: exact nhs}]
  - name: across
    between: [council, health]
    one_to_one: true
    rules: [{name: all, when: [exact name.sorted_words, exact dob], unique: both}]
    blocking: [[dob], [postcode], [name.words]]
    comparisons:
      - {on: name, levels: [exact, jaro_winkler 0.9], m: [0.8, 0.15, 0.05], u: [0.001, 0.009, 0.99]}
      - {on: dob, levels: [exact], m: [0.95, 0.05], u: [0.001, 0.999]}
      - {on: postcode, levels: [exact], m: [0.8, 0.2], u: [0.01, 0.99]}
    prior: 0.001
    floor: -5
    threshold: {match_weight: 5}
END
ln -sfn q1 now
run run stages.yaml --out s1
ln -sfn q2 now
run run stages.yaml --out whole --previous s1 --set as_of=2026-03-31
run update stages.yaml --index s1 --out s2 --set as_of=2026-03-31
for stage in council health across.rules across; do
    same_links whole/stages/$stage s2/stages/$stage $stage
    diff whole/stages/$stage/ties.csv s2/stages/$stage/ties.csv 2>&1 | grep -v 'No such file' && fail "$stage: ties.csv"
    [ $(($(count s2/stages/$stage candidates) * 2)) -lt "$(count whole/stages/$stage candidates)" ] ||
        fail "$stage makes $(count s2/stages/$stage candidates) of $(count whole/stages/$stage candidates) pairs"
    [ "$(count s2/stages/$stage links_kept)" -gt 0 ] || fail "$stage keeps no links"
    [ ! -e s2/stages/$stage/ids.csv ] || fail "$stage gives ids of its own"
done
"$carrick" digest whole/index.h5 | cut -d' ' -f2- | cmp -s - <("$carrick" digest s2/index.h5 | cut -d' ' -f2-) || fail "persons and ids of the whole are not those of linking anew"
cmp -s whole/ids.csv s2/ids.csv || fail "the log is not that of linking anew"

# Twice changes nothing, from any rank count the same, and a stage that is new has nothing to go on from.
"$carrick" digest s2/index.h5 s2/stages/*/links.h5 s2/stages/*/index.h5 | cut -d' ' -f2- > digest
expect 0 'Nothing to do' "$carrick" update stages.yaml --index s1 --out s2 --set as_of=2026-03-31
run update stages.yaml --index s2 --out s3
for stage in council health across.rules across; do
    [ "$(count s3/stages/$stage candidates)" = 0 ] || fail "$stage makes pairs without news"
done
cmp -s s2/ids.csv s3/ids.csv || fail "an update without news has changes"
if command -v mpirun > /dev/null; then
    mpirun --oversubscribe -n 3 "$carrick" update stages.yaml --index s1 --out many --set as_of=2026-03-31 --quiet > log 2>&1 || { cat log; fail "3 ranks"; }
    "$carrick" digest many/index.h5 many/stages/*/links.h5 many/stages/*/index.h5 | cut -d' ' -f2- | cmp -s - digest || fail "an update of stages differs on 3 ranks"
fi
sed 's/^  - name: across/  - name: more\n    sources: [gp]\n    rules: [{name: all, when: [exact name, exact dob]}]\n&/' stages.yaml > more.yaml
expect 0 "'.*s1' has no such stage, so it is linked anew" "$carrick" update more.yaml --index s1 --out more
sed 's/name: nhs, when: exact nhs/name: nhs, when: [exact nhs, exact dob]/' stages.yaml > other.yaml
expect 2 'What stage train reads .* is not what it was in .*stages/health' "$carrick" update other.yaml --index s1 --out other
finish
