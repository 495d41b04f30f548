#!/usr/bin/env bash
# Best links that exclude one another: listed with their ids, nothing guessed, the same on any number of ranks.
. "$(dirname "$0")/lib.bash"
# Two records of the register are alike, and both fit the one of the clinic; the third pair has no rival.
printf '%s\n' id,surname,dob 'b 2',Smith,1980-01-02 b1,Smith,1980-01-02 c,Jones,1970-03-04 > register.csv
printf '%s\n' id,surname,dob x,Smith,1980-01-02 y,Jones,1970-03-04 > clinic.csv
cat > job.yaml << 'END'
name: ties
link: link
sources:
  - {name: register, file: register.csv, id: id, unique: true, columns: &columns {surname: {as: name}, dob: {as: date}}}
  - {name: clinic, file: clinic.csv, id: id, unique: true, columns: *columns}
blocking: [[surname]]
comparisons:
  - {on: surname, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
  - {on: dob, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
prior: 0.1
threshold: {match_weight: 0}
cluster: best_link
END
expect 0 '2 links were not taken.*ties.csv lists them' "$carrick" run job.yaml --out result
[ "$(cut -d, -f1-5 result/ties.csv | xargs -d '\n')" = "tie,source_a,id_a,source_b,id_b 1,register,b 2,clinic,x 1,register,b1,clinic,x" ] ||
    [ "$(cut -d, -f1-5 result/ties.csv | xargs -d '\n')" = "tie,source_a,id_a,source_b,id_b 1,clinic,x,register,b 2 1,clinic,x,register,b1" ] || fail "the ties: $(cat result/ties.csv)"
[ "$(cut -d, -f6 result/ties.csv | tail -n +2 | sort -u)" = "$("$carrick" export links result | grep ,x | cut -d, -f5 | sort -u)" ] || fail "the weights of the ties"
if command -v mpirun > /dev/null; then
    for ranks in 2 3; do
        mpirun --oversubscribe -n $ranks "$carrick" run job.yaml --out ranks --quiet --force > /dev/null 2>&1
        cmp -s result/ties.csv ranks/ties.csv || fail "$ranks ranks list other ties"
    done
fi
# Where rows were collapsed, by the first of them.
sed 's/id: id, unique/id: id, collapse: [surname], unique/' job.yaml > collapsed.yaml
{ cat register.csv; echo b0,Smith,1980-01-02; echo b3,Smith,1980-01-03; } > more.csv
sed -i 's/register.csv/more.csv/; s/u: \[0.01, 0.99\]}$/u: [0.01, 0.99]}/' collapsed.yaml
sed 's/levels: \[exact\], m: \[0.9, 0.1\], u: \[0.01, 0.99\]}/levels: [exact, damerau_levenshtein 1], m: [0.45, 0.45, 0.1], u: [0.005, 0.005, 0.99]}/' collapsed.yaml > equal.yaml
"$carrick" run equal.yaml --out equal --quiet > output 2>&1 || fail "a job that collapses: $(cat output)"
cut -d, -f2-5 equal/ties.csv 2>/dev/null | grep -q 'b 2' || fail "the first row of a collapsed record: $(cat equal/ties.csv 2>&1)"
grep -q 'b3' equal/ties.csv || fail "the other record of the tie"
# A run without ties leaves no list of an earlier one.
sed 's/^b1.*/b1,Brown,1960-01-01/' register.csv > later.csv
sed 's/register.csv/later.csv/' job.yaml > later.yaml
"$carrick" run later.yaml --out result --quiet > /dev/null 2>&1 || fail "the later run"
[ ! -e result/ties.csv ] || fail "the ties of the earlier run are still there"
finish
