#!/usr/bin/env bash
# Exported CSV: headers, order, quoting, numbers that read back, files that are whole.
. "$(dirname "$0")/lib.bash"
small_set
"$carrick" run job.yaml --out result --quiet > /dev/null || fail "the run"

"$carrick" export links result > links.csv
head=source_a,id_a,source_b,id_b,match_weight,match_probability,rule,gamma_forename,gamma_surname,gamma_dob,gamma_postcode
[ "$(head -1 links.csv)" = "$head" ] || fail "header of links: $(head -1 links.csv)"
grep -q '^register,4,register,5,' links.csv || fail "4 and 5 are equal rows, yet no link"
grep -qE '^register,4,register,5,[^,]+,0\.9[^,]*,0,2,2,1,2$' links.csv || fail "levels of 4 and 5: $(grep '^register,4,register,5' links.csv)"
grep -qE '^register,(5,register,6|6,register,5),.*,-1$' links.csv || fail "a missing postcode is not -1"
"$carrick" export links result --out file.csv
cmp -s links.csv file.csv || fail "--out and standard output differ"
"$carrick" export links result --out - | cmp -s - links.csv || fail "--out - is not standard output"
# Weights read back: printing the shortest form again gives the same text.
awk -F, 'NR > 1 { x = $5 + 0; for (d = 15; d <= 17; d++) { s = sprintf("%.*g", d, x); if (s + 0 == x) break } if (s != $5) exit 1 }' links.csv ||
    fail "a weight does not read back exactly"

"$carrick" export index result > index.csv
[ "$(head -1 index.csv)" = source,id,person ] || fail "header of index"
[ "$(wc -l < index.csv)" = 13 ] || fail "index has not a line a row"
person() { sed -n "s/^register,$1,//p" index.csv; }
[ "$(person 4)" = "$(person 5)" ] && [ "$(person 4)" != "$(person 9)" ] || fail "persons of 4, 5 and 9"

[ "$(person 1)" = 1 ] || fail "ids of persons do not begin at 1"
expect 0 "They are one person, $(person 4); links" "$carrick" explain result 4 5
expect 0 "They are not one person, but $(person 4) and $(person 9); links" "$carrick" explain result 9 4

"$carrick" export people result > people.out
[ "$(head -1 people.out)" = source,id,forename,surname,dob,postcode ] || fail "header of people"
grep -q '^register,1,ANN,SMITH,1980-01-02,M1 1AA$' people.out || fail "row 1 of people"
grep -q '^register,6,ROBERT,JONES,1975-05-06,$' people.out || fail "a missing value is not an empty field"

# quotes, commas and line breaks survive
sed 's/forename: {as: name}/forename: {as: text}/' job.yaml > text.yaml
"$carrick" run text.yaml --out text --quiet > /dev/null
"$carrick" export people text | grep -qF 'register,7,"Carol, ""Caz""",BROWN,' || fail "quoting"

# Whole or not at all
mkdir -p closed
expect_error 5 'cannot be written' "$carrick" export links result --out nowhere/links.csv
ls | grep -q partial && fail "a temporary file is left"
[ -e /dev/full ] && expect_error 5 'could not be written' bash -c "exec '$carrick' export links result > /dev/full"

# Rows that were collapsed into records come back as rows.
sed 's/    id: id/    id: id\n    collapse: [forename, surname, dob]/' job.yaml > collapse.yaml
"$carrick" run collapse.yaml --out collapse --quiet > /dev/null || fail "the run with collapse"
"$carrick" export index collapse > index.csv
[ "$(wc -l < index.csv)" = 13 ] || fail "index of collapsed rows has not a line a row"
[ "$(person 4)" = "$(person 5)" ] || fail "rows of one record are two persons"
"$carrick" export people collapse | cmp -s - people.out || fail "people of collapsed rows differ"
"$carrick" export links collapse > links.csv
grep -q '^register,4,register,5,' links.csv && fail "two rows of one record are a link"
[ "$(grep -cE '^register,(4|5),register,6,|^register,6,register,(4|5),' links.csv)" = 2 ] || fail "a link of a record with two rows is not two lines"
finish
