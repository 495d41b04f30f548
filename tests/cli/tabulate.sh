#!/usr/bin/env bash
# carrick tabulate: counts by the presets, totals, distinct people, and what is refused.
source "$(dirname "$0")/lib.bash"

awk 'BEGIN {print "person_key,age,area"; split("3 9 8 7 2 6", n, " ");
    for (i = 0; i < 6; i++) for (k = 0; k < n[i + 1]; k++) printf "p%d-%d,%s,%s\np%d-%d,%s,%s\n", i, k, i < 3 ? "0-9" : "10+", substr("abc", i % 3 + 1, 1), i, k, i < 3 ? "0-9" : "10+", substr("abc", i % 3 + 1, 1)}' > people.csv
printf 'input: people.csv\ndistinct: person_key\nby: [age, area]\nrule: five-or-fewer\n' > table.yaml
expect 0 '12 cells: 2 small counts hidden' "$carrick" tabulate table.yaml --out out.csv
head -1 out.csv | grep -qx 'age,area,count' || fail "the header"
grep -qx '0-9,a,<=5' out.csv && grep -qx '10+,b,<=5' out.csv || fail "small counts are hidden"
[ "$(grep -c '<=5' out.csv)" -ge 4 ] || fail "others are hidden too: $(cat out.csv)"
grep -qx 'all,all,35' out.csv || fail "people are counted once"
expect 0 '' "$carrick" tabulate table.yaml --set rule.secondary=false --out plain.csv
[ "$(grep -c '<=5' plain.csv)" = 2 ] || fail "only small ones without secondary"
expect 0 '' "$carrick" tabulate table.yaml --set rule=nhs-hes --out hes.csv
cut -d, -f3 hes.csv | tail -n +2 | grep -v '^\*$' | awk '$1 % 5 {exit 1}' || fail "nhs-hes rounds to fives"
grep -qx '0-9,b,10' hes.csv || fail "9 is shown as 10"
sed '/distinct/d' table.yaml > rows.yaml
expect 0 '' "$carrick" tabulate rows.yaml --set rule.high=0 --out rows.csv
grep -qx 'all,all,70' rows.csv || fail "rows are counted"
"$carrick" audit show . | grep -q 'tabulate: rows [1-9][0-9]* cells [1-9][0-9]* small_counts_hidden [1-9]' || fail "the counts are not in the log: $("$carrick" audit show .)"
echo 'p0-0,10+,c' >> people.csv
expect 0 'once|1 times somebody stands in another cell' "$carrick" tabulate table.yaml --out -
# Categories in one order however they come: no text, numbers by size, words; what only begins like inf or nan is a word.
printf 'area\nnan\nNantwich\n10\n\n""\ninfirmary\n9\n 5\n!\n-2\n' > areas.csv
{ head -1 areas.csv; tail -n +2 areas.csv | tac; } > saera.csv
expect 0 '' "$carrick" tabulate rows.yaml --set input=areas.csv --set 'by=[area]' --set rule.high=0 --out areas.out
expect 0 '' "$carrick" tabulate rows.yaml --set input=saera.csv --set 'by=[area]' --set rule.high=0 --out saera.out
cmp -s areas.out saera.out || fail "the order of categories follows that of rows"
[ "$(cut -d, -f1 areas.out | tr '\n' '|')" = 'area||-2|9|10| 5|!|Nantwich|infirmary|nan|all|' ] || fail "the order of categories: $(cat areas.out)"
# The input is not written over, and a device stays one.
cp people.csv kept.csv
expect_error 2 'is read here' "$carrick" tabulate table.yaml --out ./people.csv
cmp -s people.csv kept.csv || fail "the input was written over"
mkfifo way && (timeout 20 cat way > through 2> errors &) && expect 0 '' timeout 20 "$carrick" tabulate table.yaml --out way
[ -p way ] || fail "a pipe became a file"
printf 'input: people.csv\n\0by: [age]\n' > nul.yaml
expect_error 3 'byte 19 is NUL' "$carrick" tabulate nul.yaml
expect_error 2 "did you mean 'nhs-hes'" "$carrick" tabulate table.yaml --set rule=nhs-he
expect_error 3 "no column 'agee'" "$carrick" tabulate table.yaml --set 'by=[agee]'
expect_error 2 'is named twice' "$carrick" tabulate table.yaml --set 'by=[age, age]'
expect_error 2 "'low' is above 'high'" "$carrick" tabulate table.yaml --set rule.low=9
expect_error 3 'called as the totals are' "$carrick" tabulate table.yaml --set total=a
printf 'x,y\n1\n' > ragged.csv
expect_error 3 'Row 1 of .*ragged.csv has 1 fields' "$carrick" tabulate table.yaml --set input=ragged.csv --set 'by=[x]' --set distinct=y
finish
