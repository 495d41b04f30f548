#!/usr/bin/env bash
# carrick synth with years: the same bytes on any number of ranks, hazards in the files, extracts a quarter apart of one region, messages.
here=$(dirname "$0")
. "$here/lib.bash"

"$carrick" synth --shape tower-hamlets --people 12000 --seed 5 --out one --quiet || fail "synth"
mpirun --oversubscribe -n 3 "$carrick" synth --shape tower-hamlets --people 12000 --seed 5 --out three --quiet --threads 1 || fail "synth on three ranks"
diff -r one three > difference || { fail "tower-hamlets differs on three ranks"; head -3 difference; }
for shape in care-city nwl-social-care nwl-looked-after nwc; do
    "$carrick" synth --shape $shape --people 3000 --out "$shape" --quiet --threads 2 || fail "$shape"
    mpirun --oversubscribe -n 2 "$carrick" synth --shape $shape --people 3000 --out "$shape.2" --quiet --threads 1 || fail "$shape on two ranks"
    diff -r "$shape" "$shape.2" > /dev/null || fail "$shape differs on two ranks"
done

# at_least N WHAT PATTERN FILE
at_least() {
    local n
    n=$(grep -cE "$3" "one/$4")
    [ "$n" -ge "$1" ] || fail "$n rows with $2 in $4 instead of $1 or more"
}
at_least 5 "babies without a name" ',(BABY|INFANT|BABY OF [A-Z]+|BABY (BOY|GIRL)),' acute.csv
at_least 1 "twins without a name" ',TWIN [12],' acute.csv
at_least 5 "pseudo-postcodes" ',ZZ99 3[VW]Z,' acute.csv
at_least 2 "test numbers" ',999 [0-9]{3} [0-9]{4},' acute.csv
at_least 20 "the placeholder 1900" ',01.01.1900,' libraries.csv
at_least 100 "1 January" ',01/01/[0-9]{4},' housing.csv
at_least 20 "Begums" 'BEGUM' gp.csv
at_least 100 "opted-out patients" ',Y$' gp.csv
for word in mothers of_a_relative exchanged_with_surname baby_name former_surname out_of_date placeholder_1_january day_month_exchanged; do
    at_least 1 "the label $word" ",$word\$" errors.csv
done
at_least 100 "opt-outs" '^[89][0-9]{9}$' opt_out_nhs_numbers.txt
at_least 20 "people of care homes" ',care_home,' households.csv

# What the files say of each other: every row has its truth, every entity its person, every file its count.
cut -d, -f1,2 one/truth.csv | tail -n +2 | sort > ids
[ "$(uniq ids | wc -l)" = "$(wc -l < ids)" ] || fail "an id twice in one source"
tail -n +2 -q one/gp.csv | cut -d, -f1 | sed 's/^/gp,/' | sort | comm -23 - ids | grep -q . && fail "a row of gp without truth"
tail -n +2 one/truth.csv | cut -d, -f3 | sort -u > entities
tail -n +2 one/persons.csv | cut -d, -f1 | sort -u | comm -23 entities - | grep -q . && fail "an entity that is no person"
for file in gp errors persons gazetteer; do
    rows=$(($(wc -l < one/$file.csv) - 1))
    grep -A2 "\"name\": \"$file.csv\"" one/shape.json | grep -q "\"rows\": $rows," || fail "shape.json counts other rows of $file.csv"
done

# A quarter later: people keep who they are, ids keep whose they are, and things have happened.
"$carrick" synth --shape tower-hamlets --people 12000 --seed 5 --quarter 2 --out later --quiet || fail "the second quarter"
grep -q '"as_of": "2026-03-31"' later/shape.json || fail "the second quarter ends otherwise"
cut -d, -f1,2,5,6,7,8 one/persons.csv | sort -t, -k1,1 > before
cut -d, -f1,2,5,6,7,8 later/persons.csv | sort -t, -k1,1 > after
join -t, before after | awk -F, '$2 != $7 || $3 != $8 || $4 != $9 || $5 != $10 || $6 != $11' | grep -q . && fail "a person became another"
join -t, -j1 <(sed 's/,/ /' one/truth.csv | sort -t, -k1,1) <(sed 's/,/ /' later/truth.csv | sort -t, -k1,1) | awk -F, '$2 != $3' | grep -q . &&
    fail "an id passed to another person"
for file in gp council_tax acute deaths; do
    cut -d, -f1 one/$file.csv | sort > a
    cut -d, -f1 later/$file.csv | sort > b
    [ "$(comm -13 a b | wc -l)" -gt 2 ] || fail "nothing new in $file.csv"
    [ "$(comm -23 a b | wc -l)" -gt 2 ] || fail "nothing gone from $file.csv"
done
comm -12 <(sort one/gp.csv) <(sort later/gp.csv) > kept
[ $(($(wc -l < kept) * 10)) -gt $(($(wc -l < one/gp.csv) * 8)) ] || fail "most of gp.csv has changed"
comm -23 <(sort one/gp.csv) <(sort later/gp.csv) | cut -d, -f1 | sort | comm -12 - <(cut -d, -f1 later/gp.csv | sort) | grep -q . || fail "no row of gp.csv has changed"

expect_error 2 "no shape 'tower-hamlet'; did you mean tower-hamlets" "$carrick" synth --shape tower-hamlet
expect_error 2 'takes --people' "$carrick" synth --shape nwc --rows 100
expect_error 2 'takes --rows' "$carrick" synth --people 100
expect_error 2 'quarters 1 to' "$carrick" synth --shape nwc --people 100 --quarter 99 --out none
expect 0 '' "$carrick" synth --shape families --rows 500 --out families
grep -q '^r000000500,' families/records.csv || fail "no families"
finish
