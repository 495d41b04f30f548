#!/usr/bin/env bash
# What is known of persons: which value wins, who lives with whom, how many they are; at a date, on any ranks, against the truth of a made-up borough.
. "$(dirname "$0")/lib.bash"

cat > gp.csv << 'X'
id,who,born,sex,ethnic,address,pcode,uprn,seen,left,died
1,a,1980-01-02,F,A,Flat 1 5 High Street,M1 1AA,100,2024-01-01,,
2,b,1982-03-04,M,A,"5 High St, Flat 1",M1 1AA,,2024-01-01,,
3,c,2015-05-06,F,A,Flat 1 5 High Street,M1 1AA,100,2024-01-01,,
4,d,1950-07-08,F,B,9 Low Road,M1 1AB,,2024-01-01,2025-01-01,
5,e,1951-09-10,M,B,9 Low Road,M1 1AB,,2024-01-01,,2025-11-11
6,f,2026-01-01,F,C,Sunny Care Home,M1 1AD,,2025-01-01,,
7,g,1930-01-01,F,C,Sunny Care Home,M1 1AD,,2025-01-01,,
8,h,1999-01-01,M,,,,,2025-01-01,,
X
cat > council.csv << 'X'
id,who,born,sex,ethnic,address,pcode,uprn,seen
1,a,1980-02-01,F,B,9 Low Rd,M1 1AB,200,2025-06-01
2,a,1980-01-02,F,B,9 Low Rd,M1 1AB,200,2025-05-01
3,b,1982-03-04,M,,Flat 1 5 High Street,M1 1AA,100,2023-01-01
4,d,1950-08-07,F,B,9 LOW ROAD,M1 1AB,200,2023-01-01
X
cat > job.yaml << 'X'
link: link_and_dedupe
sources:
  - name: gp
    file: gp.csv
    id: id
    columns: &columns
      who: {as: identifier}
      dob: {from: born, as: date}
      sex: {as: sex}
      ethnicity: {from: ethnic, as: category, compare: no}
      address: {as: address}
      postcode: {from: pcode, as: postcode}
      uprn: {as: uprn}
      seen: {as: date, compare: no}
      left: {as: date, compare: no}
      died: {as: date, compare: no}
  - name: council
    file: council.csv
    id: id
    columns:
      who: {as: identifier}
      dob: {from: born, as: date}
      sex: {as: sex}
      ethnicity: {from: ethnic, as: category, compare: no}
      address: {as: address}
      postcode: {from: pcode, as: postcode}
      uprn: {as: uprn}
      seen: {as: date, compare: no}
rules: [{name: who, when: exact who}]
as_of: 2025-12-31
person:
  dob: most_frequent
  sex: most_frequent
  ethnicity: {rule: priority, sources: [council]}
  postcode: {rule: most_recent, date: seen}
  died: most_frequent
  address: {columns: [address, postcode], rule: most_recent, date: seen}
households: {institution: 5}
X
run() { expect 0 'persons in' "$carrick" run job.yaml --out "$@"; }
run result

# Values. a: two rows of three say 2 January; the council comes first for ethnicity; the latest address is the council's.
"$carrick" export persons result > persons.csv 2> /dev/null
grep -qx 'person,dob,sex,ethnicity,postcode,died,address,address_postcode' persons.csv || fail "the header of persons"
grep -q ',1980-01-02,F,B,M1 1AB,,9 LOW R' persons.csv || fail "the attributes of a"
grep -q ',1982-03-04,M,A,M1 1AA,,' persons.csv || fail "the attributes of b"
[ "$(wc -l < persons.csv)" = 9 ] || fail "eight persons"
# Of d two rows say two dates of birth, one each: the first source of the job, gp, wins.
grep -q ',1950-07-08,' persons.csv || fail "a tie goes by the order of sources"
cat > wanted << 'X'
attribute,source,rows,rows_differ,persons,persons_differ,share
dob,council,4,2,3,2,0.5
dob,gp,8,0,8,0,0
X
cmp -s wanted <(head -3 result/disagreements.csv) || { fail "disagreements"; head -3 result/disagreements.csv; }
grep -qx 'ethnicity,gp,7,1,7,1,0.14285714285714285' result/disagreements.csv || fail "ethnicity of the gp"

# Households: a has moved to 9 Low Road, which bears UPRN 200 in most rows, so d and e, who have none, live there too; b's address bears 100.
members() { # FOLDER PERSONS...: the household of each
    local folder=$1 p
    shift
    "$carrick" export index "$folder" 2> /dev/null > index.csv
    "$carrick" export households "$folder" 2> /dev/null > homes.csv
    for p in "$@"; do
        awk -F, -v id="$p" 'FNR == NR {if ($1 == "gp" && $2 == id) who = $3; next} $1 == who {printf "%s:%s:%s ", $3, $4, $5}' index.csv homes.csv
    done
}
[ "$(members result 1 2 3 4 5 6 7 8)" = '3:private:number 2:private:number 2:private:number 3:private:number 3:private:number 2:communal:address 2:communal:address :: ' ] ||
    fail "households: $(members result 1 2 3 4 5 6 7 8)"
expect 0 'people per household +2.50' "$carrick" households result
grep -qE '^  institutions, by address +1 +2' output || fail "the care home"
grep -qE '^persons without a home +1$' output || fail "h has no home"
grep -qE '^  one adult with children +1 +2' output || fail "b and c, by ages on the job's date"
grep -qE '^  other adults +1 +3' output || fail "a, d and e"
expect 0 '"persons_without_home": 1' "$carrick" households result --json --as-of 2033-12-31
grep -A1 '"name": "couple"' output | grep -q '"households": 0' || fail "b is 33 years older than c"

# On an earlier day a still lives at 5 High Street; where d has left in 2025, d has no home.
run early --set as_of=2024-06-01
[ "$(members early 1 4)" = '3:private:number 2:private:number ' ] || fail "households of 2024: $(members early 1 4)"
run left --set person.address.valid_to=left
[ "$(members left 1 4)" = '3:private:number 3:private:number ' ] || fail "d's other row holds still: $(members left 1 4)"
run left --set person.address.valid_to=left --set person.address.valid_from=seen --set as_of=2023-06-01
[ "$(members left 1 2 4)" = ':: 1:private:number 1:private:number ' ] || fail "who was where in 2023: $(members left 1 2 4)"
run large --set households.institution=2
[ "$(members large 1 2)" = '3:large:number 2:private:number ' ] || fail "institutions by size"
run addresses --set households.by=none
[ "$(members addresses 1 2 3)" = '3:private:address 2:private:address 2:private:address ' ] || fail "households by address: $(members addresses 1 2 3)"

# Population: f is not born on the day, e is dead.
expect 0 '' "$carrick" population result --by sex
cat > wanted << 'X'
sex,persons
F,4
M,2
X
cmp -s wanted output || { fail "population by sex"; cat output; }
expect 0 '^40-44,M,M1,1$' "$carrick" population result
expect 0 '^0-4,F,M1,1$' "$carrick" population result --as-of 2026-02-01 --by age,sex,district
expect 0 '^M,1$' "$carrick" population result --by sex --residents
printf 'pcds,lsoa21cd\nM1 1AA,E01000001\nM1 1AB,E01000002\n' > places.csv
expect 0 '^E01000002,2$' "$carrick" population result --by lsoa --lookup places.csv --out -
expect_error 2 "'lsoa' needs --lookup" "$carrick" population result --by lsoa
expect_error 2 "no attribute 'sexx'; did you mean 'sex'" "$carrick" population result --by sexx
expect_error 2 'real date' "$carrick" population result --as-of 2025-02-30
expect_error 2 'did you mean .households' "$carrick" export household result

# Nothing to do the second time; another rule is redone alone, and without households there are none.
expect 0 'up to date' "$carrick" run result
grep -v '^households' job.yaml > plain.yaml
grep -v '^person\|^  [a-z]*: most_frequent\|^  [a-z]*: {.*rule' plain.yaml > bare.yaml
expect 0 'persons +8 persons with 6 attributes' "$carrick" run plain.yaml --out result
[ ! -e result/households.h5 ] || fail "households of an earlier job are left"
expect_error 2 "no 'households'" "$carrick" households result
expect_error 2 "neither 'person' nor 'households'" "$carrick" persons bare.yaml --out result

# Refused, with the place.
refuse() { expect_error 2 "$1" "$carrick" run job.yaml --out refused --set "$2"; }
refuse "person.dob.*no column 'dobb'|Column 'dobb'.*did you mean 'dob'" 'person.dob={columns: [dobb]}'
refuse "person.height.*Column 'height'" person.height=most_frequent
refuse "most_recent' needs 'date'" person.dob=most_recent
refuse "did you mean 'most_frequent'" person.dob=most_frequen
refuse 'a date is needed' 'person.dob={rule: most_recent, date: sex}'
refuse "called 'gpp'|no source 'gpp'|'gpp'" 'person.dob={rule: priority, sources: [gpp]}'
refuse "Column 'upn'" households.by=upn
refuse "need 'by'" 'households={by: none, else: []}'
grep -v '^as_of' job.yaml > undated.yaml
expect_error 2 "needs the date: 'as_of'" "$carrick" run undated.yaml --out refused --set person.address.valid_to=left

# The same bytes on any ranks.
if command -v mpirun > /dev/null; then
    run one
    for n in 2 4; do
        rm -rf many
        CARRICK_SHARING_RANKS=2 expect 0 '' mpirun --oversubscribe -n $n "$carrick" run job.yaml --out many --threads 1
        cmp -s <("$carrick" digest one/persons.h5 one/households.h5 | cut -d' ' -f2-) <("$carrick" digest many/persons.h5 many/households.h5 | cut -d' ' -f2-) || fail "other bytes on $n ranks"
        cmp -s one/disagreements.csv many/disagreements.csv || fail "other disagreements on $n ranks"
    done
fi

# Columns that are carried along are not compared.
"$carrick" synth --rows 600 --out plain --quiet 2> /dev/null
awk -v OFS=, 'NR == 1 {print $0, "extra"; next} {print $0, "X" int(NR / 3)}' plain/records.csv > plain/records2.csv
auto() { # FOLDER COMPARE --set...
    local stage
    for stage in ingest choose; do
        "$carrick" $stage plain/job.yaml --out "$1" --quiet --set 'comparisons=auto' --set 'sources[0].file=records2.csv' \
            --set "sources[0].columns.badge={from: extra, as: identifier, compare: $2}" "${@:3}" > log 2>&1 || { cat log; fail "$stage with compare: $2"; }
    done
}
auto with yes
auto without no --set blocking=auto
grep -q 'badge' <(sed -n '/^comparisons/,$p; /^blocking/,$p' with/chosen.yaml) || fail "the column is of use"
! grep -q 'badge' <(sed -n '/^comparisons:/,/^[a-z]/p; /^blocking:/,/^[a-z]/p' without/chosen.yaml) || fail "a carried column is compared"

# A made-up borough whose persons are known: the pairs of people who live together.
"$carrick" synth --shape tower-hamlets --people 600 --seed 3 --out data --quiet 2> /dev/null || fail "no borough"
for source in housing council_tax gp schools benefits; do
    awk -F, -v s=$source 'FNR == NR {if ($1 == s) of[$2] = $3; next} FNR == 1 {print $0 ",entity"; next} {print $0 "," of[$1]}' data/truth.csv data/$source.csv > data/$source.known.csv
done
cat > borough.yaml << 'X'
link: link_and_dedupe
sources:
  - {name: housing, file: data/housing.known.csv, id: tenancy_person_ref, columns: {entity: {as: identifier}, address: {as: address}, postcode: {as: postcode}, uprn: {as: uprn}, at: {from: tenancy_start, as: date, format: "%d/%m/%Y"}}}
  - {name: council_tax, file: data/council_tax.known.csv, id: account_person, columns: {entity: {as: identifier}, address: {from: property_address, as: address}, postcode: {from: post_code, as: postcode}, uprn: {from: property_ref, as: uprn}, at: {from: liable_from, as: date}}}
  - {name: benefits, file: data/benefits.known.csv, id: claim_person, columns: {entity: {as: identifier}, address: {as: address}, postcode: {as: postcode}, uprn: {as: uprn}, at: {from: claim_start, as: date, format: "%d/%m/%Y"}}}
  - {name: gp, file: data/gp.known.csv, id: patient_id, columns: {entity: {as: identifier}, address: {as: address}, postcode: {as: postcode}, uprn: {as: uprn}, at: {from: registered, as: date}}}
  - {name: schools, file: data/schools.known.csv, id: pupil_ref, columns: {entity: {as: identifier}, address: {from: home_address, as: address}, postcode: {from: home_postcode, as: postcode}, uprn: {as: uprn}}}
rules: [{name: same, when: exact entity}]
person: {address: {rule: most_recent, date: at}}
households: {}
X
expect 0 'households' "$carrick" run borough.yaml --out borough
measure() { # FOLDER: precision and recall of pairs of residents who share a home, in percent
    "$carrick" export index "$1" 2> /dev/null > index.csv
    "$carrick" export households "$1" 2> /dev/null > homes.csv
    awk -F, 'FILENAME ~ /truth/ {entity[$1 "," $2] = $3; next} FILENAME ~ /households/ {true[$1] = $2; next}
        FILENAME == "index.csv" {of[$3] = entity[$1 "," $2]; next}
        FNR > 1 && of[$1] in true {t = true[of[$1]]; h = $2 == "" ? "none" $1 : $2; T[t]++; H[h]++; B[t "," h]++}
        END {for (k in T) all += T[k] * (T[k] - 1); for (k in H) found += H[k] * (H[k] - 1); for (k in B) both += B[k] * (B[k] - 1); printf "%d %d\n", 100 * both / found, 100 * both / all}' \
        data/truth.csv data/households.csv index.csv homes.csv
}
read -r precision recall <<< "$(measure borough)"
{ [ "$precision" -ge 93 ] && [ "$recall" -ge 90 ]; } || fail "homes of the borough: precision $precision %, recall $recall %"
expect 0 '' "$carrick" run borough.yaml --out borough --set households.by=none
read -r precision recall <<< "$(measure borough)"
{ [ "$precision" -ge 90 ] && [ "$recall" -ge 85 ]; } || fail "homes by address alone: precision $precision %, recall $recall %"
finish
