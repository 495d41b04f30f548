#!/usr/bin/env bash
# Hazards of real data (docs/hazards.md), each on rows written by hand: what ingest makes of them and says, and who is linked.
. "$(dirname "$0")/lib.bash"

# value COLUMN ID: a cleaned value of the result folder.
value() {
    "$carrick" export people result --show-values --quiet | python3 -c '
import csv, sys
print(next(r[sys.argv[1]] for r in csv.DictReader(sys.stdin) if r["id"] == sys.argv[2]))' "$1" "$2"
}

# ---- names before there is a name; postcodes and numbers that are none ----
cat > rows.csv << 'END_OF_ROWS'
id,forename,surname,dob,postcode,nhs
1,BABY,SMITH,2020-02-03,ZZ99 3VZ,9434765919
2,Baby Girl,SMITH,2020-02-03,LA1 4YW,999 000 0018
3,Twin 1,SMITH,2020-02-03,LA1 4YW,
4,BABY OF ANN,SMITH,2020-02-03,LA1 4YW,
5,Infant,SMITH,2020-02-03,LA1 4YW,
6,B/O Ann,SMITH,2020-02-03,LA1 4YW,
7,TWINKLE,BABYSMITH,2020-02-03,LA1 4YW,
8,Boy,GIRL,2020-02-03,LA1 4YW,
9,Baby Jane,SMITH,2020-02-03,LA1 4YW,
10,JUNE,SMITH,1950-06-03,ZZ99 3WZ,
END_OF_ROWS
cat > rows.yaml << 'END_OF_JOB'
name: rows
link: dedupe
sources:
  - {name: ward, file: rows.csv, id: id, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, postcode: {as: postcode}, nhs: {as: nhs_number}}}
rules: [{name: all, when: [exact forename, exact surname, exact dob]}]
END_OF_JOB
expect 0 '1 records have in nhs an NHS number of the test range' "$carrick" ingest rows.yaml --out result
for id in 1 2 3 4 5 6; do
    [ -z "$(value forename $id)" ] || fail "row $id has a forename: $(value forename $id)"
done
[ "$(value forename 7) $(value surname 7)" = "TWINKLE BABYSMITH" ] || fail "a name that begins as a placeholder does"
[ "$(value forename 8) $(value surname 8)" = "BOY GIRL" ] || fail "names of one word that may be names"
[ "$(value forename 9)" = "BABY JANE" ] || fail "a name that has a placeholder's word and another"
[ -z "$(value postcode 1)$(value postcode 10)" ] || fail "ZZ99 is no postcode"
python3 -c '
import json, sys
column = {c["name"]: c for c in json.load(open("result/ingest.json"))["sources"][0]["columns"]}
sys.exit(not (column["postcode"]["placeholder"] == 2 and column["forename"]["placeholder"] == 6))' || fail "ZZ99 and babies without a name are not counted as placeholders"
[ "$(value nhs 2)" = 9990000018 ] || fail "a number of the test range is said, not dropped"
expect 0 'ward, nhs: +1 record has 999..., the test range' "$carrick" profile result
expect 0 '"value": "999"' cat result/ingest.json

# ---- placeholder dates: the spikes of each source by itself ----
python3 - << 'END_OF_PYTHON'
import datetime
day = datetime.date(1940, 1, 1)
with open("office.csv", "w") as office, open("register.csv", "w") as register:
    print("id,dob", file=office)
    print("id,dob", file=register)
    for i in range(1500):
        born = day + datetime.timedelta(days=(i * 7919) % 25000)
        print(f"r{i},{born}", file=register)
        print(f"o{i},{born}", file=office)
    for i in range(60):
        print(f"j{i},{1940 + i}-01-01", file=office)
        print(f"n{i},1900-01-01", file=office)
    for i in range(15):
        print(f"e{i},1987-06-05", file=office)
END_OF_PYTHON
cat > dates.yaml << 'END_OF_JOB'
name: dates
link: link
sources:
  - {name: office, file: office.csv, id: id, columns: {dob: {as: date}}}
  - {name: register, file: register.csv, id: id, columns: {dob: {as: date}}}
rules: [{name: all, when: exact dob}]
END_OF_JOB
expect 0 'source office: [0-9]+ records have 1 January in dob' "$carrick" ingest dates.yaml --out dates
grep -q 'source office: 60 records have 1900-01-01 in dob' output || fail "1900-01-01 of the office"
grep -q '1987-06-05' output && fail "the date of somebody who comes often is no placeholder"
grep -q 'source register' output && fail "the register has no placeholders: $(cat output)"
[ "$(grep -c '"value"' dates/ingest.json)" = 2 ] || fail "ingest.json has both spikes"
expect 0 'office, dob: +60 records have 1900-01-01' "$carrick" profile dates
# Chosen comparisons: agreement on a date weighs by its frequency, and what stands for no date says nothing.
sed 's/^rules:.*/blocking: auto/; s/columns: {dob/columns: {name: {as: name}, dob/' dates.yaml > chosen.yaml
echo 'comparisons: auto' >> chosen.yaml
for source in office register; do
    awk -F, 'NR == 1 { print $0 ",name" } NR > 1 { printf "%s,%c%cN %c%cSON\n", $0, 65 + NR % 26, 65 + NR % 23, 65 + NR % 19, 65 + NR % 17 }' $source.csv > named && mv named $source.csv
done
"$carrick" ingest chosen.yaml --out chosen --quiet && expect 0 '' "$carrick" choose chosen.yaml --out chosen
grep -q "null: .*dob literal_l '1900-01-01' or dob literal_r '1900-01-01'" chosen/chosen.yaml || fail "1900-01-01 is compared: $(grep -A3 'on: dob' chosen/chosen.yaml)"
grep -q 'exact dob.*term_frequency: {column: dob' chosen/chosen.yaml || fail "1 January weighs as any date: $(grep -A3 'on: dob' chosen/chosen.yaml)"

# Births after the day that the job speaks for: two digits of a year of another century. Of a partial date the year counts.
cat > short.csv << 'END_OF_ROWS'
id,dob
1,14/03/44
2,01/01/26
3,31/12/25
4,05/06/71
END_OF_ROWS
cat > short.yaml << 'END_OF_JOB'
name: short
link: dedupe
as_of: 2025-12-31
sources:
  - {name: benefits, file: short.csv, id: id, columns: {dob: {as: date, format: "%d/%m/%y"}}}
rules: [{name: all, when: exact dob}]
END_OF_JOB
expect 0 "source benefits: 2 records \(50.0 %\) have in dob a date of birth after 2025-12-31, the job's 'as_of': where its 'format' has years of two digits, write 'as: birth_date'" "$carrick" ingest short.yaml --out short
expect 0 "benefits, dob: +2 records have a date of birth after 2025-12-31, the job's 'as_of'" "$carrick" profile short
sed -i 's/as: date,/as: birth_date,/' short.yaml
expect 0 "source benefits: 1 records \(25.0 %\) .*: look at its 'format'" "$carrick" ingest short.yaml --out short
printf 'id,dob\n1,31/12/1990\n' > text.csv
sed -e 's/dob: {as:.*/dob: {as: text}}}/' -e 's/short.csv/text.csv/' short.yaml > text.yaml
expect 0 '' "$carrick" ingest text.yaml --out text
grep -q 'a date of birth after' output && fail "a text that is no date is none to come"
sed -i '/^as_of/d' short.yaml
expect 0 '' "$carrick" ingest short.yaml --out short --force
grep -q 'a date of birth after' output && fail "without as_of no date is to come"

# Written comparisons stay as they are written; it is said where they take such dates for others (docs/hazards.md).
# written DOB: the job with that comparison of the date.
written() { sed -e 's/^blocking: auto/blocking: [dob, name]/' -e "s/^comparisons: auto/comparisons: [{on: name, preset: name}, {on: dob, $1}]/" chosen.yaml > written.yaml; }
written 'preset: date_of_birth'
expect 0 "warning: source office: 7.[0-9] % of dob are 1 January, .* comparison 'dob' takes them for birth dates like any other; 'preset: birth_date' does not, nor does 'term_frequency: true' at its level 'exact'" "$carrick" run written.yaml --out written --quiet
written 'levels: [exact], term_frequency: true'
expect 0 "warning: source office: 3.[0-9] % of dob are 1900-01-01, .* nor does a date that is listed in 'missing' of the column" "$carrick" run written.yaml --out written --quiet --force
written 'preset: birth_date'
expect 0 '' "$carrick" run written.yaml --out written --quiet --force
grep -q 'takes them for birth dates' output && fail "preset birth_date is warned of: $(cat output)"
written 'levels: [exact]'
sed 's/dob: {as: date}/dob: {as: date, missing: ["1900-01-01"]}/' written.yaml > unlisted.yaml
expect 0 '4.[0-9] % of dob are 1 January' "$carrick" run unlisted.yaml --out written --quiet --force
sed -i 's/levels: \[exact\]/levels: [exact], term_frequency: true/' unlisted.yaml
expect 0 '' "$carrick" run unlisted.yaml --out written --quiet --force
grep -q 'takes them for birth dates' output && fail "a date that is listed and weighed is warned of: $(cat output)"

# ---- people who are alike: rows by hand among those of a small borough ----
"$carrick" synth --shape tower-hamlets --people 4000 --out town --quiet > /dev/null || fail "synth"
# gp row: ID NHS FORENAME SURNAME SEX DOB; all live at one address unless WHERE says otherwise
home='LA1 4YW,12 HIGH STREET,990000000019'
gp() { echo "$1,$2,$3,$4,$5,$6,${7:-$home},A,2020-01-01,F84009,0,N" >> town/gp.csv; }
housing() { echo "$1,$3,$2,$5,$4,${6:-12 HIGH STREET,LA1 4YW,990000000019},SOCIAL,01/01/2020,100-149" >> town/housing.csv; }
gp twin1 9434765919 OLIVER HARTLEY M 2012-03-04
gp twin2 4505577104 GEORGE HARTLEY M 2012-03-04
housing twin1h OLIVER HARTLEY Male 04/03/2012
housing twin2h GEORGE HARTLEY Male 04/03/2012
gp sister '' EMILY HARTLEY F 2014-07-09
home='LA2 6NB,3 MILL LANE,990000000027'
gp father '' THOMAS BIRKETT M 1961-05-06
gp son '' THOMAS BIRKETT M 1993-11-21
housing fatherh THOMAS BIRKETT Male 06/05/1961 '3 MILL LANE,LA2 6NB,990000000027'
housing sonh THOMAS BIRKETT Male 21/11/1993 '3 MILL LANE,LA2 6NB,990000000027'
home='LA3 1AA,9 SHORE ROAD,990000000035'
gp aged '' DORIS HESKETH F 1931-07-19
housing agedh DORIS HESKETH Female 01/01/1900 '9 SHORE ROAD,LA3 1AA,990000000035'
gp mother 9876543210 RACHEL FENWICK F 1990-08-17
gp baby 9876543210 'BABY OF RACHEL' FENWICK F 2025-10-02
gp swapped '' FENWICK DANIEL M 1988-02-23
housing swappedh DANIEL FENWICK Male 23/02/1988 '9 SHORE ROAD,LA3 1AA,990000000035'
# Of two people who share forename, surname and 1 January in a community of few names nothing else agrees; of one who has moved, neither, but no other has the name.
for i in $(seq 40); do
    gp "namesake$i" '' MOHAMMED HUSSAIN M "$((1950 + i))-01-01" "LA5 $((i % 10))AA,$i CASTLE ROAD,99000001$((i + 10))00"
done
housing namesakeh MOHAMMED HUSSAIN Male 01/01/1975 '7 KING STREET,LA9 4BD,'
gp moved '' PEREGRINE OAKHURST M 1975-03-17 'LA5 1AA,90 CASTLE ROAD,990000000060'
housing movedh PEREGRINE OAKHURST Male 17/03/1975 '8 KING STREET,LA9 4BD,'
home='LA4 5BB,SHORE HOUSE,990000000043'
for i in $(seq 40); do
    gp "care$i" '' "$(printf '%s' "MARY
JOAN
BETTY
JEAN
DORIS" | sed -n $((i % 5 + 1))p)" "$(printf '%s' "WOOD
HALL
CLARKE
WRIGHT
GREEN
BAKER
COOPER
WARD" | sed -n $((i / 5 % 8 + 1))p)" F "19$((30 + i % 20))-0$((i % 9 + 1))-1$((i % 7))"
done
cat > town.yaml << 'END_OF_JOB'
name: town
link: link_and_dedupe
sources:
  - name: gp
    file: town/gp.csv
    id: patient_id
    columns: {nhs: {from: nhs_number, as: nhs_number}, forename: {as: name}, surname: {as: name}, dob: {as: date}, sex: {as: sex}, address: {as: address}, postcode: {as: postcode}, uprn: {as: uprn}}
  - name: housing
    file: town/housing.csv
    id: tenancy_person_ref
    columns: {forename: {as: name}, surname: {as: name}, dob: {from: date_of_birth, as: date, format: "%d/%m/%Y"}, sex: {from: gender, as: sex}, address: {as: address}, postcode: {as: postcode}, uprn: {as: uprn}}
blocking: [nhs, [dob, surname], [dob, forename], [dob, postcode], [forename, surname, postcode], uprn]
comparisons:
  - {on: forename, levels: [{when: exact, term_frequency: true}, reversed forename surname, jaro_winkler 0.92, jaro_winkler 0.8 or prefix_of forename]}
  - {on: surname, preset: name}
  - {on: dob, preset: birth_date}
  - {on: sex, levels: [exact]}
  - {on: postcode, preset: postcode}
  - {on: uprn, levels: [exact], term_frequency: true}
  - {on: nhs, levels: [exact, damerau_levenshtein 1]}
END_OF_JOB
expect 0 '' "$carrick" run town.yaml --out town.out --quiet
"$carrick" export index town.out --quiet > town.csv
person() { awk -F, -v id="$1" '$2 == id { print $3 }' town.csv; }
apart() { [ -n "$(person "$1")" ] && [ "$(person "$1")" != "$(person "$2")" ] || fail "$1 and $2 are taken for one person"; }
together() { [ -n "$(person "$1")" ] && [ "$(person "$1")" = "$(person "$2")" ] || fail "$1 and $2 are taken for two"; }
together twin1 twin1h
together twin2 twin2h
apart twin1 twin2
apart twin1 sister
together swapped swappedh
apart namesake25 namesakeh
together moved movedh
together aged agedh
# Both registers hold father and son, and one of them mother and baby: that speaks against one person where no pair does.
together father fatherh
together son sonh
apart father son
apart mother baby
# 1900-01-01 for another date is not held against anybody; a date of somebody else is (column gamma_dob: -1 is null).
gamma_dob() { "$carrick" export links town.out --quiet | awk -F, -v a="$1" -v b="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "gamma_dob") at = i } ($2 == a && $4 == b) || ($2 == b && $4 == a) { print $at }'; }
[ "$(gamma_dob aged agedh)" = -1 ] || fail "1900-01-01 disagrees with a date: $(gamma_dob aged agedh)"
[ "$(gamma_dob father son)" = 0 ] || fail "a father's date and his son's: $(gamma_dob father son)"
[ "$(grep -c '^gp,care' town.csv)" = "$(grep '^gp,care' town.csv | cut -d, -f3 | sort -u | wc -l)" ] || fail "residents of one institution are taken for one person"

# ---- a small town of two registers of which one alone has a number: matches that the number says nothing of are no sign that training is lost ----
"$carrick" synth --shape tower-hamlets --people 500 --seed 3 --out small --quiet > /dev/null || fail "synth"
sed -e 's/^blocking:.*/blocking: auto/; s/^comparisons:.*/comparisons: auto/; /^  - {on:/d; s,town/,small/,' town.yaml > small.yaml
echo 'evaluate: {truth: small/truth.csv, source: source}' >> small.yaml
expect 0 '' "$carrick" run small.yaml --out small.out --quiet
grep -q 'Calibration was left' output && fail "training is lost in a small town"
python3 - "$carrick" << 'END_OF_PYTHON' || fail "people of one home are one person in a small town"
import csv, collections, subprocess, sys
truth = {(r["source"], r["id"]): r["entity"] for r in csv.DictReader(open("small/truth.csv"))}
index = subprocess.run([sys.argv[1], "export", "index", "small.out", "--quiet"], capture_output=True, text=True, check=True).stdout
people = collections.defaultdict(list)
for r in csv.DictReader(index.splitlines()):
    people[r["person"]].append(truth[r["source"], r["id"]])
pairs = wrong = 0
for of in people.values():
    pairs += len(of) * (len(of) - 1) // 2
    wrong += sum(of[i] != of[j] for i in range(len(of)) for j in range(i))
print(pairs, "pairs,", wrong, "wrong")
sys.exit(not (pairs > 100 and wrong <= .03 * pairs))
END_OF_PYTHON

# What each register makes of its own duplicates is the same on any ranks: people of one home and register, in the same persons.
grep -q '"within_bits": -' small.out/run.json || fail "no register of the small town speaks against its own duplicates"
if command -v mpirun > /dev/null; then
    "$carrick" digest small.out/index.h5 | cut -d' ' -f2- > wanted
    for n in 2 4; do
        rm -rf many.out && cp -r small.out many.out
        CARRICK_SHARING_RANKS=2 expect 0 '' mpirun --oversubscribe -n $n "$carrick" cluster many.out --quiet --force --threads 1
        cmp -s <(grep within_bits small.out/run.json) <(grep within_bits many.out/run.json) || fail "registers speak otherwise on $n ranks"
        cmp -s wanted <("$carrick" digest many.out/index.h5 | cut -d' ' -f2-) || fail "other persons of the small town on $n ranks"
    done
fi

# ---- the same by rules: a mother's number on her baby is stopped by the year of birth, a father and his son by the date ----
sed '/^blocking:/,$d' town.yaml > rules.yaml
cat >> rules.yaml << 'END_OF_RULES'
rules:
  - {name: nhs, when: exact nhs, unless: differs dob.year}
  - {name: five, when: [exact forename, exact surname, exact dob, exact sex, exact postcode], unless: differs nhs}
END_OF_RULES
expect 0 '' "$carrick" run rules.yaml --out rules.out --quiet
"$carrick" export index rules.out --quiet > town.csv
together twin1 twin1h
apart twin1 twin2
apart twin1 sister
together father fatherh
together son sonh
apart father son
apart mother baby
finish
