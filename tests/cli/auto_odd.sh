#!/usr/bin/env bash
# carrick run on odd extracts alone: a sound result or a sentence, never a crash; weak columns are told.
. "$(dirname "$0")/lib.bash"

# people ROWS [PREFIX [FROM]]: persons by number; the same number is the same person in every file.
people() {
    awk -v n="$1" -v prefix="${2:-p}" -v from="${3:-1}" 'BEGIN {
        split("ANN BOB CAROL DEV EVE FAY GUS HAL IDA JOE KIM LEO MIA NED OLA PIA QUIN RAY SUE TIM", f, " ")
        split("SMITH JONES PATEL BROWN TAYLOR DAVIES EVANS KHAN LEWIS WALKER HALL WOOD CLARK GREEN MOORE KING BAKER ALLEN YOUNG PRICE", s, " ")
        print "id,forename,surname,dob,postcode,sex"
        for (i = from; i < from + n; i++)
            printf "%s%d,%s,%s,%04d-%02d-%02d,LA%d %dAB,%s\n", prefix, i, f[i * 7 % 20 + 1], s[int(i / 3) * 11 % 20 + 1], 1940 + i * 13 % 70,
                i * 5 % 12 + 1, i * 11 % 28 + 1, i % 9 + 1, i % 7 + 1, i % 2 ? "M" : "F"
    }'
}
# linked WORDS FILE...: the run ends well, and says WORDS of what it found.
linked() {
    local words=$1
    shift
    rm -rf out
    expect 0 "$words" "$carrick" run "$@" --out out --threads 1
    [ -s out/index.h5 ] || fail "no index of $*"
}
also() {
    grep -qE -- "$1" output || fail "no '$1' either"
}

people 100 > a.csv; people 100 q > b.csv; people 60 r 30 > c.csv
{ people 10; people 10 q | tail -n +2; } > twenty.csv
linked '20 records are 10 persons' twenty.csv
linked '260 records are 100 persons' a.csv b.csv c.csv
linked '200 records are 100 persons' a.csv b.csv
linked '200 records are 100 persons' a.csv a.csv

# ---- nothing to find ----
people 2 > two.csv
linked '2 records are 2 persons' two.csv
awk 'BEGIN { print "id,forename,surname,dob,postcode"
    for (i = 0; i < 50; i++) printf "p%d,%c%cVER,%c%cSEN,%d-%02d-%02d,LA%d %dXY\n", i, 65 + i % 26, 65 + i / 2, 65 + i / 2, 90 - i % 26, 1930 + i, i * 5 % 12 + 1, i * 11 % 28 + 1, i, i % 9 }' > nomatch.csv
linked '50 records are 50 persons' nomatch.csv
also 'warning: .*[Ll]ess than'
people 1 > one.csv
expect_error 3 'No column can be compared.* more than one value' "$carrick" run one.csv --out out
people 0 > none.csv
expect_error 3 'has a header but no rows' "$carrick" run none.csv --out out
awk 'BEGIN { print "id,forename,surname,dob"; for (i = 0; i < 80; i++) printf "p%d,ANN,SMITH,1970-01-02\n", i }' > same.csv
expect_error 3 'no column to link by' "$carrick" run same.csv --out out

# ---- one column; a name in one column and in two ----
awk 'BEGIN { print "id,surname"; for (i = 0; i < 60; i++) printf "p%d,%c%cERT\n", i, 65 + i % 26, 65 + i / 3 }' > single.csv
linked 'warning: ' single.csv
people 100 | awk -F, 'NR == 1 { print "ref,name,date_of_birth,post_code" } NR > 1 { print NR "," $2 " " $3 "," $4 "," $5 }' > whole.csv
linked '200 records are 100 persons' a.csv whole.csv
grep -q 'full_name: {from: \["forename", "surname"\]' out/job.yaml || fail "names of one file are not joined for the other's full name"
grep -q '^ *id: "ref"' out/job.yaml || fail "a number of the rows is no id"

# ---- namesakes: names and sex alone tell few people apart, and the user hears it ----
awk 'BEGIN { print "id,forename,surname,sex"
    for (i = 0; i < 3000; i++) { x = i * 7919 % 2700; printf "p%d,F%c%cA,S%c%cSON,%s\n", i, 65 + x % 13, 65 + x % 7, 65 + x * 31 % 17, 65 + x * 17 % 11, x % 2 ? "M" : "F" } }' > names.csv
linked 'warning: ' names.csv
finish
