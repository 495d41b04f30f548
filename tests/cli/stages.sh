#!/usr/bin/env bash
# Jobs of stages: what each makes, what the whole is, what is up to date; pairs, groups, one to one; and what is wrong in such a job.
. "$(dirname "$0")/lib.bash"

# Ann is in both council files and at the doctor's; the hospital knows her by her number. Two Bobs are one at the council by rule, and both doctors' Bobs fit
# him. Carol's date is wrong at the doctor's, so only the model can tell.
printf '%s\n' 'id,forename,surname,dob,postcode' 't1,Ann,Smith,1980-01-02,M1 1AA' 't2,Bob,Jones,1975-05-06,M2 2BB' 't3,Dev,Patel,1966-12-01,M4 4DD' > tax.csv
printf '%s\n' 'id,person,forename,surname,dob,postcode' 'h1,7,Ann,Smith,1980-01-02,M1 1AA' 'h2,8,Bob,Jones,1975-05-06,M2 2BB' 'h3,9,Carol,Brown,1990-09-09,M3 3AB' \
    'h4,9,Carol,Browne,1990-09-09,M3 3AB' > housing.csv
printf '%s\n' 'id,nhs,forename,surname,dob,postcode' 'g1,9434765919,Ann,Smith,1980-01-02,M1 1AA' 'g2,,Bob,Jones,1975-05-06,M2 2BB' 'g3,,Bob,Jones,1975-05-06,M2 2BB' \
    'g4,,Carol,Brown,1990-09-19,M3 3AB' > gp.csv
printf '%s\n' 'id,nhs,forename,surname,dob,postcode' 'a1,9434765919,A,Smith,1980-01-02,M9 9ZZ' > acute.csv
printf '%s\n' source,id,entity housing,h1,a tax,t1,a gp,g1,a acute,a1,a housing,h2,b tax,t2,b gp,g2,b gp,g3,x housing,h3,c housing,h4,c gp,g4,c tax,t3,d > truth.csv
cat > job.yaml << 'END'
name: town
sources:
  - {name: housing, file: housing.csv, id: id, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: postcode}, person: }}
  - {name: tax, file: tax.csv, id: id, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: postcode}}}
  - {name: gp, file: gp.csv, id: id, columns: &health {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: postcode}, nhs: {as: nhs_number}}}
  - {name: acute, file: acute.csv, id: id, columns: *health}
stages:
  - name: council
    sources: [housing, tax]
    rules: [{name: all, when: [exact forename, exact surname, exact dob]}]
  - name: health
    sources: [gp, acute]
    rules: [{name: nhs, when: exact nhs}]
  - name: across
    between: [council, health]
    one_to_one: true
    rules: [{name: all, when: [exact forename, exact surname, exact dob]}]
    blocking: [[surname, postcode]]
    comparisons:
      - {on: forename, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
      - {on: surname, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
      - {on: postcode, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
    train: em
    prior: 0.01
evaluate: {truth: truth.csv, source: source}
END

persons() { "$carrick" export index "$1" 2> /dev/null | tail -n +2 | awk -F, '{p[$3] = p[$3] " " $2} END {for (k in p) print p[k]}' | sort | xargs; }
is() { [ "$2" = "$3" ] || fail "$1: $2 instead of $3"; }

# ---- what comes out ----
expect 0 'Stage across.rules \(3 of 4\)' "$carrick" run job.yaml --out result
grep -q "not taken" output || fail "the two Bobs are no tie"
is "persons of the council" "$(persons result/stages/council)" "a1 g1 g2 g3 g4 h1 t1 h2 t2 h3 h4 t3"
is "persons of the health index" "$(persons result/stages/health)" "a1 g1 g2 g3 g4 h1 t1 h2 t2 h3 h4 t3"
is "persons by rule" "$(persons result/stages/across.rules)" "a1 g1 h1 t1 g2 g3 g4 h2 t2 h3 h4 t3"
is "persons of all" "$(persons result)" "$(persons result/stages/across)"
case " $(persons result) " in *" g4 h3 "*) ;; *) fail "the model has not linked Carol: $(persons result)" ;; esac
grep -q 'housing,h2' result/stages/across.rules/ties.csv || fail "ties.csv of the rules"
is "links of the whole by stage" "$("$carrick" export links result | tail -n +2 | cut -d, -f7 | sort | uniq -c | xargs)" "1 across 6 across.rules 2 council 1 health"
expect 0 '' "$carrick" describe result
grep -q 'pairs first made by rule,council,2' result/flow.csv || fail "flow.csv: $(grep first.made result/flow.csv)"
expect 0 '' "$carrick" describe result/stages/council
expect 0 'records  *7$' "$carrick" evaluate result/stages/council
expect 0 'records  *12$' "$carrick" evaluate result
grep -q 'blocking recall  *-' output || fail "the whole has no blocking recall"
expect 0 '' "$carrick" evaluate result/stages/health --by source
# Review of the whole: its links alone, so precision and no recall.
expect 0 '' "$carrick" review sample result --out clerical --show-values
[ "$(tail -n +2 clerical/pairs.csv | wc -l)" = "$("$carrick" export links result 2> /dev/null | tail -n +2 | wc -l)" ] || fail "the sample of the whole: $(cat clerical/pairs.csv)"
awk -F, 'NR == 1 { print "pair,answer" } NR > 1 { print $1 ",match" }' clerical/pairs.csv > answers.csv
expect 0 'no other pairs, so recall cannot be told' "$carrick" review import result --answers answers.csv
expect 0 'precision 1\.0000  \[[0-9., ]*\]   recall +-$' "$carrick" review import result --answers answers.csv
# By subgroup of the whole: the pairs and persons that 'evaluate' tells; what no stage has linked is missed by rules. The same on any ranks.
expect 0 '\(all\) +\* +12 +12 +1\.0000 .* 0\.6667 .* 2 +0 +2 ' "$carrick" evaluate result --by source
cp result/subgroups.csv by.csv
if command -v mpirun > /dev/null; then
    expect 0 '' mpirun --oversubscribe -n 3 "$carrick" evaluate result --by source
    cmp -s result/subgroups.csv by.csv || fail "evaluate --by of the whole differs on 3 ranks"
fi
expect 0 '' "$carrick" report result
[ "$(readlink result/stages/council/people.h5)" = ../../people.h5 ] || fail "people.h5 of a stage is no link"

# ---- what is up to date ----
expect 0 'Nothing to do' "$carrick" run job.yaml --out result
expect 0 'Nothing to do' "$carrick" run result
expect 0 'council' "$carrick" run job.yaml --out result --set 'stages[2].prior=0.02'
[ "$(grep -c 'up to date' output)" -ge 12 ] || fail "more was redone than the last stage"
grep -qE '^link .*up to date' output || fail "links of earlier stages were made again"
expect 0 '' "$carrick" cluster result/stages/council --threshold-weight 70
expect 0 '' "$carrick" run job.yaml --out result --set 'stages[2].prior=0.02'
is "persons of the council again" "$(persons result/stages/council)" "a1 g1 g2 g3 g4 h1 t1 h2 t2 h3 h4 t3"
echo t4,Eve,Patel,1999-03-04,M4 4DD >> tax.csv
expect 0 '' "$carrick" ingest job.yaml --out result
expect_error 5 "was not made from what is in '.*' now; 'carrick run .*' makes it again" "$carrick" evaluate result/stages/council
expect 0 '' "$carrick" run job.yaml --out result
expect_error 2 "The job has stages.*result/stages/council" "$carrick" train result
for what in estimate sensitivity "plan" "train"; do
    expect 2 "'carrick $what' looks at one of them: give the folder of one, as 'result/stages/council', or of health, across.rules, across\." "$carrick" $what result
done
expect_error 2 "'carrick explain' looks at one of them" "$carrick" explain result g1 h1
expect 2 "'nothing/stages/council', or of .*; 'carrick run' makes them" "$carrick" plan job.yaml --out nothing
mv result moved
expect 0 '' "$carrick" evaluate moved/stages/council
expect 0 '' "$carrick" export index moved/stages/council
mv moved result

# ---- rules, then the model: two stages by themselves ----
sed '/^stages:/,$d' job.yaml > both.yaml
cat >> both.yaml << 'END'
link: link_and_dedupe
between: [[housing, tax], [gp, acute]]
one_to_one: true
groups: result/stages/health
rules: [{name: all, when: [exact forename, exact surname, exact dob]}]
blocking: [[surname, postcode]]
comparisons:
  - {on: surname, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
  - {on: postcode, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
train: em
prior: 0.1
END
expect 0 'Stage model \(2 of 2\)' "$carrick" run both.yaml --out both
grep -q ' *a1 g1 h1' <<< "$(persons both)" || grep -q 'a1 g1 t1' <<< "$(persons both)" || fail "the health index is no group: $(persons both)"

# ---- groups of a column, and of another result's rows ----
sed 's/, person: }}/, person: }, groups: {column: person}}/' job.yaml > column.yaml
expect 0 '' "$carrick" run column.yaml --out column
grep -q 'h3 h4' <<< "$(persons column/stages/council)" || fail "rows of one number are not one: $(persons column/stages/council)"
sed 's/, person: }}/}, groups: {from: column\/stages\/council}}/' job.yaml > from.yaml
expect 0 '' "$carrick" run from.yaml --out from
grep -q 'h3 h4' <<< "$(persons from/stages/council)" || fail "rows of one person there are not one here: $(persons from/stages/council)"
sed 's/name: housing, file/name: homes, file/; s/\[housing, tax\]/[homes, tax]/; s/, person: }}/}, groups: {from: column\/stages\/council, of: housing}}/; /^evaluate/d' job.yaml > renamed.yaml
expect 0 '' "$carrick" run renamed.yaml --out renamed
grep -q 'h3 h4' <<< "$(persons renamed/stages/council)" || fail "a source of another name: $(persons renamed/stages/council)"

# ---- pairs ----
sed '/^stages:/,$d' job.yaml > pairs.yaml
cat >> pairs.yaml << 'END'
pairs: {"*-*": no, tax-housing: yes, gp-*: yes, gp-gp: no}
rules: [{name: all, when: [exact forename, exact surname, exact dob]}]
END
expect 0 '' "$carrick" run pairs.yaml --out pairs
is "links between sources" "$("$carrick" export links pairs | tail -n +2 | cut -d, -f1,3 | sort | uniq -c | awk '{print $1 $2}' | xargs)" "3gp,housing 3gp,tax 2housing,tax"
grep -q 'gp-gp: false' pairs/job.resolved.yaml && grep -q 'housing-tax: true' pairs/job.resolved.yaml || fail "pairs are not written out"
sed 's/^pairs:.*/pairs: {tax-housing: yes}/' pairs.yaml > few.yaml
expect 0 '' "$carrick" run few.yaml --out few
is "links of the pairs alone" "$("$carrick" export links few | tail -n +2 | cut -d, -f1,3 | sort -u)" housing,tax

# ---- what is wrong ----
wrong() { # PATTERN SED-EXPRESSION [FILE]
    sed "$2" "${3:-job.yaml}" > bad.yaml
    cmp -s bad.yaml "${3:-job.yaml}" && fail "nothing is changed by $2"
    expect_error 2 "$1" "$carrick" run bad.yaml --out bad
}
wrong "bad.yaml:15: stages\[2\].between\[0\].*'counsil' is not known; did you mean 'council'" 's/between: \[council/between: [counsil/'
wrong "Stage 'across' is a later one" 's/sources: \[gp, acute\]/sources: [gp, across]/'
wrong "Stage 'health' names itself" 's/sources: \[gp, acute\]/sources: [gp, health]/'
wrong "'gp' is on two sides" 's/between: \[council, health\]/between: [[council, gp], health]/'
wrong "needs two sides or more" 's/between: \[council, health\]/between: [council]/'
wrong "exclude each other" 's/    one_to_one: true/    sources: [gp]/'
wrong "exclude each other" 's/    one_to_one: true/    one_to_one: true\n    many_to_one: council/'
wrong "source or stage 'consil' is not known" 's/    one_to_one: true/    many_to_one: consil/'
wrong "Two stages are called 'council'" 's/name: health/name: council/'
wrong "A source and a stage are both called 'gp'" 's/name: health/name: gp/'
wrong "Stage 'health' links with nothing" 's/^    rules: \[{name: nhs.*//'
wrong "Key 'evaluate' belongs to the job" 's/    one_to_one: true/    evaluate: truth.csv/'
wrong "Key 'comparison' is not known; did you mean 'comparisons'" 's/^    comparisons:/    comparison:/'
wrong "Keys 'stages' and 'blocking' exclude each other" 's/^stages:/blocking: [[dob]]\nstages:/'
wrong "stages\[0\].rules.*no column is called 'forname'" 's/sources: \[housing, tax\]/sources: [housing, tax]\n    pairs: {housing-tax: yes}/; 0,/exact forename/s//exact forname/'
wrong "'housing-taxi' is no pair of sources" 's/sources: \[housing, tax\]/sources: [housing, tax]\n    pairs: {housing-taxi: yes}/'
wrong "The linkage column 'persn' is not known; did you mean 'person'" 's/{column: person}/{column: persn}/' column.yaml
wrong "either|of a 'column' of the source" 's/groups: {column: person}/groups: {of: gp}/' column.yaml
wrong "No two sources may be linked" 's/^pairs:.*/pairs: {"*-*": no}/' pairs.yaml
sed 's/{column: person}/{from: nowhere}/' column.yaml > bad.yaml
expect_error 5 "nowhere/index.h5" "$carrick" run bad.yaml --out bad
finish
