#!/usr/bin/env bash
# Deterministic rules: which decides, matches that must be the only ones, what forbids, one sentence for each error, the same on any ranks and threads.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
cat > a.csv << 'END'
id,forename,surname,dob,postcode,nhs
1,ANN,SMITH,1980-01-02,LS1 4AP,4000000012
2,BOB,JONES,1970-03-04,LS2 4AP,
3,CAT,BROWN,1960-05-06,LS3 4AP,
4,DAN,WHITE,1950-05-06,LS3 4AP,4033333320
5,EVE,GREEN,1951-05-06,LS3 4AP,
6,FAY,BLACK,1952-05-06,LS4 4AP,
66,FAY,BLACK,1952-05-06,LS5 4AP,
END
cat > b.csv << 'END'
id,forename,surname,dob,postcode,nhs
1,ANNE,SMITH,1980-01-02,LS1 4AP,4000000012
2,BOB,JONES,1970-03-04,LS9 4AP,
3,CAT,BROWN,1960-05-06,LS3 4AP,
33,CAT,BROWN,1960-05-06,LS7 4AP,
4,DAN,WHITE,1950-05-06,LS3 4AP,4066666639
5,EVE,GREENE,1951-05-06,LS3 4AP,
6,FAY,BLACK,1952-05-06,LS6 4AP,
END
cat > head.yaml << 'END'
name: rules
link: link
sources:
  - {name: a, file: a.csv, id: id, columns: &columns {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: postcode}, nhs: {as: nhs_number}}}
  - {name: b, file: b.csv, id: id, columns: *columns}
END
# job NAME: the sources with the rules of standard input.
job() { cat head.yaml - > "$1.yaml"; }
# links DIR: "a-b rule" of every link, in order.
links() { "$carrick" export links "$1" | awk -F, 'NR > 1 && $5 >= 0 { print $2 "-" $4 " " $7 }' | sort | xargs -d '\n'; }

# ---- which rule decides ----
job first << 'END'
rules:
  unless: differs nhs
  steps:
    - {name: nhs, when: exact nhs}
    - {name: name_dob, when: [exact forename, exact surname, exact dob], unique: both}
    - {name: place, when: exact surname and exact postcode or exact dob and exact postcode and soundex surname}
END
expect 0 'not needed: the job has rules alone' "$carrick" run first.yaml --out first
expect 0 '3 matches were not the only ones' "$carrick" run first.yaml --out first --force
[ "$(links first)" = "1-1 nhs 2-2 name_dob 3-3 place 5-5 place" ] || fail "the links: $(links first)"
[ "$(cut -d, -f1-5,7 first/ties.csv | xargs)" = "tie,source_a,id_a,source_b,id_b,rule 1,a,3,b,33,name_dob 2,a,6,b,6,name_dob 2,a,66,b,6,name_dob" ] || fail "the ties: $(cat first/ties.csv)"
expect 0 'up to date' "$carrick" run first.yaml --out first

# ---- one side alone ----
for side in left right both no; do
    printf 'rules: [{name: n, when: [exact forename, exact surname, exact dob], unique: %s}]\n' $side | job $side
    "$carrick" run $side.yaml --out $side --quiet > /dev/null 2>&1 || fail "unique: $side"
done
[ "$(links left)" = "2-2 n 4-4 n 6-6 n 66-6 n" ] || fail "unique on the left: $(links left)"
[ "$(links right)" = "2-2 n 3-3 n 3-33 n 4-4 n" ] || fail "unique on the right: $(links right)"
[ "$(links both)" = "2-2 n 4-4 n" ] || fail "unique on both sides: $(links both)"
[ "$(links no)" = "2-2 n 3-3 n 3-33 n 4-4 n 6-6 n 66-6 n" ] || fail "unique on no side: $(links no)"
# Partners that an earlier rule has put together are one.
sed 's/^link: link/link: link_and_dedupe/' head.yaml > dedupe.yaml
printf '%s\n' 'rules:' '  - {name: twice, when: [exact forename, exact surname, exact dob, prefix postcode 3]}' '  - {name: n, when: [exact forename, exact surname, exact dob], unique: both}' >> dedupe.yaml
sed -i 's/LS7 4AP/LS3 9AP/' b.csv
"$carrick" run dedupe.yaml --out dedupe --quiet > /dev/null 2>&1 || fail "rules with duplicates inside sources"
links dedupe | grep -q '3-33 twice' || fail "two rows of one source: $(links dedupe)"
sed -i 's/LS3 9AP/LS7 4AP/' b.csv
# A key as blocking rules have it, a filter, and what must not be.
job keys << 'END'
rules:
  - {name: k, keys: [surname.deletions, dob], where: prefix forename 1, unless: [differs nhs, exact postcode and exact forename]}
END
"$carrick" run keys.yaml --out keys --quiet > /dev/null 2>&1 || fail "rules by keys"
[ "$(links keys)" = "1-1 k 2-2 k 3-33 k 6-6 k 66-6 k" ] || fail "rules by keys: $(links keys)"

# ---- the same on any ranks and threads ----
"$carrick" digest first/links.h5 first/index.h5 | sed 's/^[^ ]*\///' > one
if command -v mpirun > /dev/null; then
    for ranks in 2 3 4; do
        mpirun --oversubscribe -n $ranks "$carrick" run first.yaml --out ranks --threads 2 --force --quiet > output 2>&1 || fail "$ranks ranks: $(cat output)"
        "$carrick" digest ranks/links.h5 ranks/index.h5 | sed 's/^[^ ]*\///' | cmp -s one - || fail "$ranks ranks make other links"
        cmp -s first/ties.csv ranks/ties.csv || fail "$ranks ranks list other ties"
    done
fi

# ---- the other commands ----
expect 0 'decided by rule *place' "$carrick" explain first 3 3 --source-a a --source-b b
expect 0 'name_dob.*only' "$carrick" explain first 3 33 --source-a a --source-b b
expect_error 2 'rules alone' "$carrick" estimate first
expect_error 2 'rules alone' "$carrick" sensitivity first
expect_error 2 'rules alone' "$carrick" export --splink x.json first
expect 0 'written|are in' "$carrick" describe first
grep -q 'Deterministic' first/statement.md || fail "the statement speaks of no rules"
printf '%s\n' source,id,entity a,1,x b,1,x a,2,y b,2,y a,3,z b,3,z a,4,u b,4,v > truth.csv
expect 0 'precision' "$carrick" evaluate first --truth truth.csv --source source
expect 0 'name_dob' "$carrick" plan first

# ---- errors ----
bad() { # CODE WORDS, rules on standard input
    job bad
    expect_error 2 "$1" "$carrick" run bad.yaml --out bad
}
bad 'bad.yaml:6: .*nothing to find its pairs by' <<< 'rules: [{name: n, when: levenshtein surname 1}]'
bad 'bad.yaml:6: .*nothing to find its pairs by' <<< 'rules: [{name: n, when: exact nhs or levenshtein surname 1}]'
bad "bad.yaml:6: .*Two rules are called 'n'" <<< 'rules: [{name: n, when: exact nhs}, {name: n, when: exact dob}]'
bad "bad.yaml:6: .*either 'when' or 'keys'" <<< 'rules: [{name: n}]'
bad "bad.yaml:6: .*'where' goes with 'keys'" <<< 'rules: [{name: n, when: exact nhs, where: exact dob}]'
bad "bad.yaml:6: .*did you mean 'both'" <<< 'rules: [{name: n, when: exact nhs, unique: boht}]'
bad "bad.yaml:6: .*no column is called 'nsh'|did you mean 'nhs'" <<< 'rules: [{name: n, when: exact nsh}]'
bad "bad.yaml:6: .*did you mean 'macral'" <<< 'rules: macal'
bad "bad.yaml:6: .*needs a column 'provider'" <<< 'rules: {preset: hesid, columns: {sex: dob}}'
bad "bad.yaml:[67]: .*by themselves" << 'END'
rules: [{name: n, when: exact nhs}]
decide: fdr 0.01
END
expect_error 2 "did you mean 'hesid'" "$carrick" rules hesidd
finish
