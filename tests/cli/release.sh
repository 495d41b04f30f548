#!/usr/bin/env bash
# carrick release: what goes out is coarse, keyed and checked; what may not go out is refused; nothing of the input is to be found in it.
programmes=$(cd "$(dirname "$0")/../../jobs/programmes" && pwd)
source "$(dirname "$0")/lib.bash"

# Sixty people at six postcodes, two rows each in gp, one in council; everybody's second row says the same of them.
awk 'BEGIN {
    split("ANN BOB CAROL DEV EVE FAY GUS HAL IDA JAN", f, " "); split("SMITH JONES PATEL KHAN LEE OKORO", s, " ")
    print "rowid,given,family,born,pcode,nhs,sex,ethnicity,seen" > "gp.csv"
    print "ref,given,family,born,pcode,home,tenure" > "council.csv"
    for (i = 0; i < 60; i++) {
        g = f[i % 10 + 1]; h = s[i % 6 + 1]; y = 1940 + (i * 7) % 60; d = sprintf("%d-%02d-%02d", y, i % 12 + 1, i % 28 + 1)
        p = sprintf("M%d 1AA", i % 6 + 1)
        for (k = 0; k < 2; k++)
            printf "g%03d%d,%s,%s,%s,%s,,%s,%s,2026-0%d-1%d\n", i, k, g, h, d, p, i % 2 ? "F" : "M", i == 7 ? "rare" : (i % 3 ? "A" : "B"), k + 3, i % 9 > "gp.csv"
        printf "c%03d,%s,%s,%s,%s,%d High Street,%s\n", i, g, h, d, p, int(i / 12) + 1, i % 2 ? "rent" : "own" > "council.csv"
    }
    print "pcds,lsoa21cd,msoa21cd,lad24cd,imd19ind,east1m,north1m" > "places.csv"
    for (i = 1; i <= 6; i++)
        printf "M%d 1AA,E0100000%d,E0200000%d,E08000003,%d,38%d000,39%d000\n", i, (i + 1) / 2, (i + 5) / 6, 1000 * i, i, i > "places.csv"
}'
cat > job.yaml << 'END'
link: link_and_dedupe
sources:
  - {name: gp, file: gp.csv, id: rowid, columns: &columns {forename: {from: given, as: name}, surname: {from: family, as: name}, dob: {from: born, as: date}, postcode: {from: pcode, as: postcode}}}
  - {name: council, file: council.csv, id: ref, columns: {forename: {from: given, as: name}, surname: {from: family, as: name}, dob: {from: born, as: date}, postcode: {from: pcode, as: postcode}, address: {from: home, as: address}}}
blocking: [[surname, dob]]
comparisons:
  - {on: forename, levels: [exact], m: [0.9, 0.1], u: [0.05, 0.95]}
  - {on: dob, levels: [exact], m: [0.9, 0.1], u: [0.001, 0.999]}
prior: 0.01
threshold: {match_weight: 0}
END
cat > release.yaml << 'END'
name: 2026q3
index: result
out: out
as_of: 2026-07-01
lookup: places.csv
formats: [csv, sqlite, hdf5]
small_groups: {of: [age, area, sex, ethnicity], k: 5, blank: [ethnicity, age]}
tables:
  - source: gp
    columns:
      age: {from: born, as: age_band, bands: [0, 30, 60]}
      area: {from: pcode, as: lsoa}
      sex:
      ethnicity:
      seen: {as: shift, days: 20}
  - source: council
    name: homes
    columns:
      area: {from: pcode, as: lsoa}
      east: {from: pcode, as: easting, allow: "to see that it is written; it tells the area"}
      tenure:
END
expect 0 '' "$carrick" run job.yaml --out result
"$carrick" key release.key > /dev/null 2>&1
expect 0 'gp: [0-9]+ rows released' "$carrick" release release.yaml --key release.key
[ "$(stat -c %a out)" = 750 ] || fail "the folder's mode"
head -1 out/gp.csv | grep -qx 'person_key,age,area,sex,ethnicity,seen' || fail "the header of gp.csv"
grep -q '"persons_withheld"' out/release.json || fail "release.json"

# Two rows a person, 60 people less those withheld; the key is the same in both tables and in every format.
people=$(tail -n +2 out/gp.csv | cut -d, -f1 | sort -u | wc -l)
[ "$(tail -n +2 out/gp.csv | wc -l)" = $((2 * people)) ] || fail "rows of gp"
cmp -s <(tail -n +2 out/gp.csv | cut -d, -f1 | sort -u) <(tail -n +2 out/homes.csv | cut -d, -f1 | sort -u) || fail "the tables' keys"
for table in gp homes; do tail -n +2 out/$table.csv | cut -d, -f1 | LC_ALL=C sort -c || fail "$table is not in the order of keys"; done
# The key is everybody's HMAC: of the person's id that lasts, under the release's own key.
if command -v python3 > /dev/null; then
    "$carrick" export index result 2> /dev/null | python3 -c '
import csv, hashlib, hmac, sys
code = lambda key, text: hmac.new(key, text.encode(), hashlib.sha256)
own = code(open("release.key", "rb").read().strip(), "person 2026q3").digest()
keys = {code(own, row["person"]).hexdigest()[:32] for row in csv.DictReader(sys.stdin)}
sys.exit(not {row["person_key"] for row in csv.DictReader(open("out/gp.csv"))} <= keys)' || fail "the person keys are not those of the ids"
fi
# Every class that is left has five people or more, over both tables.
join -t, <(tail -n +2 out/gp.csv | cut -d, -f1-5 | sort -u) <(tail -n +2 out/homes.csv | cut -d, -f1,2 | sort -u) | cut -d, -f2-5 | sort | uniq -c |
    awk '$1 < 5 {exit 1}' || fail "a class of fewer than five is released"
! grep -q rare out/gp.csv || fail "the only one of a kind goes out"
# With nothing to blank, persons of small classes are withheld with every row.
expect 0 '' "$carrick" release release.yaml --key release.key --set out=strict --set 'small_groups.blank=[]'
grep -q '"persons_withheld": [1-9]' strict/release.json || fail "nobody is withheld"
tail -n +2 strict/gp.csv | cut -d, -f1-5 | sort -u | cut -d, -f2-5 | sort | uniq -c | awk '$1 < 5 {exit 1}' || fail "a class of fewer than five is released where nothing is blanked"
# Dates of one person move together, by 1 to 20 days.
awk -F, 'NR > 1 {split($6, d, "-"); t = mktime(d[1] " " d[2] " " d[3] " 12 0 0"); if ($1 in first) {x = (t > first[$1] ? t - first[$1] : first[$1] - t) / 86400; if (x < 30.5 || x > 31.5) exit 1} first[$1] = t}' out/gp.csv ||
    fail "dates of a person are 31 days apart, as in the input"

# Nothing of the input is in it: no name, id, date or postcode, as text, and not its plain hashes; what is put in is found, in every format and way of writing.
cat > identifiers.txt << 'END'
gp.csv: rowid, given+family, born, pcode
council.csv: ref, given+family, pcode, home
END
search() { "$programmes/search_release.py" "$1" identifiers.txt; }
found() { # FILE COLUMN: in the folder leaky, and in no other file
    expect 1 "^identifiers in the folder: $1 holds [0-9]+ values of $2 of" search leaky
    rm -r leaky && mkdir leaky
}
if command -v python3 > /dev/null; then
    expect 0 'none of [1-9][0-9]* identifiers is in 5 files' search out
    mkdir leaky && expect 1 'no files in leaky' search leaky && expect 1 'no files in nowhere' search nowhere
    printf 'a,b\nx,"see ANN, SMITH (1)"\n' > leaky/words.csv && found words.csv 'given\+family'
    printf 'born 01.01.1940.' > leaky/words.txt && found words.txt born
    printf '%s' 1940-01-01 | sha256sum | tr a-f A-F > leaky/digits.txt && found digits.txt born
    printf 'key=ff%sff;' "$(printf g0000 | md5sum | cut -c1-32)" > leaky/inside.txt && found inside.txt rowid
    python3 -c 'import base64, hashlib; print(base64.urlsafe_b64encode(hashlib.sha1(b"M11AA").digest()).decode())' > leaky/base64.json && found base64.json pcode
    python3 -c 'import hashlib, sys; sys.stdout.buffer.write(b"x\0y" + hashlib.sha512(b"c000").digest())' > leaky/bytes && expect 0 none search leaky # four letters are no identifier
    python3 -c 'import hashlib, sys; sys.stdout.buffer.write(b"x\0y" + hashlib.sha512(b"g0010").digest())' > leaky/bytes && found bytes rowid
    cp out/release.sqlite leaky/ && python3 -c "import sqlite3; d = sqlite3.connect('leaky/release.sqlite'); d.execute(\"update gp set sex = 'BOB JONES' where rowid = 3\"); d.commit()" &&
        found release.sqlite 'given\+family'
    # A surname alone and the digits of a date are words and counts of releases too: found as a hash, as a whole name, as a date, and as a field that holds nothing else.
    printf 'who,first,last,day,visit\n"GREEN",,YOUNG,15/12/03,12-34-56\n"GREEN, ANN",,,,\n' > alone.csv && mv identifiers.txt all.txt && echo 'alone.csv: who+, first+last, day, visit' > identifiers.txt
    printf '{"branch": "Bethnal Green",\n "team": "Young people",\n "rows": 151203,\n "visits": 123456}\n' > leaky/release.json && printf 'n,team\n1512030,Young\n' > leaky/table.csv
    expect 0 'none of 5 identifiers' search leaky && rm leaky/*
    printf %s GREEN | sha256sum > leaky/word.txt && found word.txt 'who\+'
    printf %s young | md5sum > leaky/word.txt && found word.txt 'first\+last'
    printf 'a,b\n1,Ann Green\n1,GREEN ANN\n' > leaky/name.csv && found name.csv 'who\+'
    printf '[15-12-03]' > leaky/date.json && found date.json day
    printf 'a,b\n1,151203\n' > leaky/date.csv && found date.csv day
    printf 'a,b\n1,x 12 34 56 y\n' > leaky/visit.csv && found visit.csv visit
    mv all.txt identifiers.txt
    # As if an extract's id were a value of the release's HDF5 file.
    sed -i.kept 's/^g0000,/E01000001,/' gp.csv && cp out/release.h5 leaky/ && found release.h5 rowid
    mv gp.csv.kept gp.csv
fi

# The same key and name give the same bytes; another name or key gives keys that cannot be joined.
expect 0 '' "$carrick" release release.yaml --key release.key --set out=again
cmp -s again/gp.csv out/gp.csv || fail "the same release twice"
# So does an extract whose rows stand in another order: no row tells its place, a person's several rows neither.
cp gp.csv kept.csv && { head -1 kept.csv; tail -n +2 kept.csv | tac; } > gp.csv
expect 0 '' "$carrick" release release.yaml --key release.key --set out=turned
cmp -s turned/gp.csv out/gp.csv || fail "the order of an extract's rows tells"
mv kept.csv gp.csv
"$carrick" key other.key > /dev/null 2>&1
for way in "--key release.key --set name=2026q4" "--key other.key"; do
    rm -rf other && "$carrick" release release.yaml --set out=other $way > /dev/null 2>&1 || fail "$way"
    [ -z "$(comm -12 <(cut -d, -f1 again/gp.csv | tail -n +2 | sort -u) <(cut -d, -f1 other/gp.csv | tail -n +2 | sort -u))" ] || fail "person keys of two releases meet ($way)"
done

# Two people live in each home: they have one household key, which no person key is. Persons are a table of their own: one row each, of what won.
expect_error 5 "'household_key' needs '.*result/households.h5', which is not there" "$carrick" release release.yaml --key release.key --set out=refused --set household_key=true
expect_error 5 "needs '.*result/persons.h5', which is not there" "$carrick" release release.yaml --key release.key --set out=refused --set 'tables[0]={persons: true, columns: {age: {from: dob, as: age_band}}}'
expect 0 '60 persons in 30 households' "$carrick" persons result --set households={} --set 'person={dob: most_frequent, postcode: most_frequent, surname: most_frequent}'
expect 0 '' "$carrick" release release.yaml --key release.key --set out=homes --set household_key=true --set 'tables[2]={persons: true, columns: {age: {from: dob, as: age_band, bands: [0, 30, 60]}, area: {from: postcode, as: lsoa}}}'
head -1 homes/homes.csv | grep -qx 'person_key,household_key,area,east,tenure' || fail "the header with households"
head -1 homes/persons.csv | grep -qx 'person_key,household_key,age,area' || fail "the header of persons"
[ "$(tail -n +2 homes/persons.csv | wc -l)" = "$(tail -n +2 homes/persons.csv | cut -d, -f1 | sort -u | wc -l)" ] || fail "a row a person"
cmp -s <(tail -n +2 homes/persons.csv | cut -d, -f1 | sort) <(tail -n +2 out/gp.csv | cut -d, -f1 | sort -u) || fail "the persons of persons.csv"
tail -n +2 homes/homes.csv | cut -d, -f1,2 | sort -u | awk -F, '{n[$2]++} END {for (k in n) {if (n[k] > 2) exit 1; two += n[k] == 2}; exit two < 20}' || fail "two people a household"
[ -z "$(comm -12 <(cut -d, -f1 homes/homes.csv | sort -u) <(cut -d, -f2 homes/homes.csv | sort -u))" ] || fail "a household key is a person key"
expect_error 3 "'who' of table 'persons' is a linkage column" "$carrick" release release.yaml --key release.key --set out=refused --set 'tables[2]={persons: true, columns: {who: {from: surname}}}'
expect_error 3 "is a date of birth" "$carrick" release release.yaml --key release.key --set out=refused --set 'tables[2]={persons: true, columns: {born: {from: dob}}}'
expect_error 2 "no attribute 'height'" "$carrick" release release.yaml --key release.key --set out=refused --set 'tables[2]={persons: true, columns: {height: }}'
expect_error 2 "of a 'source', of all persons" "$carrick" release release.yaml --key release.key --set out=refused --set 'tables[0].persons=true'

# What is known of properties goes out by the household that lives there, and by no person; homes of nobody, and of households that are withheld, do not.
cat > energy.csv << 'END'
certificate,uprn,rating,inspected
e1,100,C,2024-02-03
e2,000000000100,D,2025-01-01
e3,101,B,2023-12-31
e4,999,A,2023-12-31
e5,,E,2023-12-31
END
awk -F, -v OFS=, 'NR == 1 {print $0, "uprn"} NR > 1 {print $0, 100 + int((NR - 2) / 2)}' council.csv > numbered.csv
sed 's/council.csv/numbered.csv/; s/address: {from: home, as: address}/address: {from: home, as: address}, uprn: {as: uprn}/' job.yaml > homes.yaml
printf 'person: {dob: most_frequent, uprn: most_frequent}\nhouseholds: {by: uprn, else: []}\n' >> homes.yaml
properties='{name: energy, households: energy.csv, columns: {rating: , inspected: {as: year}}}'
expect 0 '' "$carrick" run homes.yaml --out numbered
released() { "$carrick" release release.yaml --key release.key --set index=numbered --set household_key=true --set "tables[2]=$properties" "$@"; }
expect 0 'energy: 3 rows released; 0 withheld, 2 not in the index' released --set out=properties --set small_groups.k=2
head -1 properties/energy.csv | grep -qx 'household_key,rating,inspected' || fail "the header of a table of households"
[ "$(tail -n +2 properties/energy.csv | cut -d, -f2,3 | sort | tr '\n' ' ')" = "B,2023 C,2024 D,2025 " ] || fail "the rows of properties: $(cat properties/energy.csv)"
[ "$(tail -n +2 properties/energy.csv | cut -d, -f1 | sort -u | wc -l)" = 2 ] || fail "two rows of one property have not one key"
[ -z "$(tail -n +2 properties/energy.csv | cut -d, -f1 | sort -u | comm -23 - <(tail -n +2 properties/homes.csv | cut -d, -f2 | sort -u))" ] || fail "a household key leads to nobody's rows"
expect 0 'energy: 0 rows released; 3 withheld' released --set out=none --set small_groups.k=61 --set 'small_groups.blank=[]'
expect_error 2 "needs 'household_key: true'" released --set out=refused --set household_key=false
expect_error 2 "needs a 'name'" released --set out=refused --set 'tables[2]={households: energy.csv, columns: {rating: }}'
expect_error 3 "is the number of the property" released --set out=refused --set 'tables[2].columns.uprn='
expect_error 3 "another value in nearly every row|has the name of an identifier" released --set out=refused --set 'tables[2].columns.certificate_number.from=uprn' --set 'tables[2].property=certificate'
expect_error 2 "tells them by 'none', which its 'person' does not name" released --set out=refused --set index=result
expect_error 2 "is of households and has the column 'area'" released --set out=refused --set 'tables[2].columns.area.from=rating'
# Small homes: with k 2, the home with two certificates and the one with one lose their rows, and nobody else a thing; blanked they are alike, but for how many certificates they have.
expect 0 '2 homes in small classes; 2 withheld' released --set out=homely --set small_groups.k=2 --set 'small_homes={of: [rating, inspected], k: 2}'
[ "$(wc -l < homely/energy.csv)" = 1 ] || fail "small homes go out"
cmp -s homely/gp.csv properties/gp.csv && cmp -s homely/homes.csv properties/homes.csv || fail "small homes change what is said of persons"
grep -q '"homes_withheld": 2' homely/release.json || fail "release.json of small homes"
expect 0 'small_homes: checked 2 in_small_classes 2 blanked 0 withheld 2' "$carrick" audit show numbered
sed '3d' energy.csv > single.csv # one certificate a home
expect 0 '2 homes in small classes; 0 withheld, the smallest class released has 2' released --set out=alike --set small_groups.k=2 --set 'small_homes={of: [rating], k: 2, blank: [rating]}' --set 'tables[2].households=single.csv'
[ "$(tail -n +2 alike/energy.csv | cut -d, -f2,3 | sort | tr '\n' ' ')" = ",2023 ,2024 " ] || fail "the rows of small homes: $(cat alike/energy.csv)"
expect 0 'no small classes of homes were looked for' released --set out=unlooked --set small_groups.k=2
expect_error 2 "needs 'household_key: true'" "$carrick" release release.yaml --key release.key --set out=refused --set 'small_homes={of: [tenure]}'
expect_error 2 "'area' is of 'small_groups' as well" released --set out=refused --set 'small_homes={of: [area]}'
expect_error 2 "No table has the column 'height' that small homes" released --set out=refused --set 'small_homes={of: [height]}'
! grep -q person_key properties/energy.csv || fail "a person's key in a table of households"

# Rows that the index does not hold are not released.
cp gp.csv kept.csv && echo 'new,X,Y,1950-01-01,M1 1AA,,F,A,2026-03-03' >> gp.csv
expect 0 '1 not in the index' "$carrick" release release.yaml --key release.key --set out=more
cp kept.csv gp.csv

# Rows that ingest put into rejects.csv are passed over and counted; more of them, or a quote that makes all after it doubtful, end the release.
printf 'torn,row\nbad\xff,X,Y,1950-01-01,M1 1AA,,F,A,2026-03-03\n' | cat <(head -20 kept.csv) - <(tail -n +21 kept.csv) > gp.csv
sed 's/file: gp.csv/file: gp.csv, rejects: 2/' job.yaml > torn.yaml
expect 0 '' "$carrick" run torn.yaml --out torn
expect 0 'gp: 2 rows passed over' "$carrick" release release.yaml --key release.key --set index=torn --set out=passed
grep -q '"rows_rejected": 2,' passed/release.json || fail "release.json counts no rejected rows"
cmp -s passed/gp.csv out/gp.csv || fail "torn rows change what the others release"
echo 'third,row' >> gp.csv
expect_error 3 'Row 123 of .*gp.csv has 2 fields' "$carrick" release release.yaml --key release.key --set index=torn --set out=refused
cp kept.csv gp.csv

# Refused: identifiers by kind, by name, by content; a folder that is there; a bad key; ages without a date. Nothing is left behind.
refused() { # CODE WORDS --set...
    expect_error "$1" "$2" "$carrick" release release.yaml --key release.key --set out=refused "${@:3}"
    [ ! -e refused ] && [ ! -e refused.partial ] || { fail "something is left of a refused release: $2"; rm -rf refused*; }
}
refused 3 "'who' of table 'gp' is a linkage column" --set 'tables[0].columns.who.from=family'
refused 3 'is the id of the source' --set 'tables[0].columns.ref.from=rowid'
refused 3 'is a date of birth' --set 'tables[0].columns.b={from: born, as: month}'
refused 3 'is a date of birth' --set 'tables[0].columns.b.from=born'
refused 3 'is a date of birth' --set 'tables[0].columns.b={from: born, as: shift}'
sed -i '1s/$/,date_of_birth,note,spare/; 2,$s/$/,1950-02-03,9434765919,/' gp.csv
awk -F, -v OFS=, 'NR > 1 {$NF = "x" NR * 7919} 1' gp.csv > gp2.csv && mv gp2.csv gp.csv
# The job knows nothing of this column, but its name tells.
refused 3 "'b' of table 'gp' is a date of birth" --set 'tables[0].columns.b={from: date_of_birth, as: month}'
refused 3 "'note' of table 'gp' holds valid NHS numbers" --set 'tables[0].columns.note='
refused 3 "another value in nearly every row" --set 'tables[0].columns.spare='
expect 0 '' "$carrick" release release.yaml --key release.key --set out=allowed --set 'tables[0].columns.spare.allow=a made-up serial'
grep -q 'a made-up serial' allowed/release.json || fail "why a column is allowed is kept"
refused 3 "'east' of table 'homes' is of a postcode, and small groups are not counted by it" --set 'tables[1].columns.east={from: pcode, as: easting}'
refused 3 "'years' of table 'gp' is of a date of birth, and small groups" --set 'tables[0].columns.years={from: born, as: age}'
refused 3 "'born' of table 'gp' is of a date of birth, and small groups" --set 'tables[0].columns.born={as: year}'
cut -d, -f1,2 places.csv > fewer.csv
refused 3 "fewer.csv has no column of which 'easting' could be made, as column 'east' of table 'homes'" --set lookup=fewer.csv
refused 2 'as_of' --set 'as_of=2026-02-30'
refused 2 "did you mean 'gp'|no source 'gq'" --set 'tables[0].source=gq'
refused 2 "No table has the column 'agee'" --set 'small_groups.of=[age, area, agee]'
refused 5 'places' --set lookup=no-places.csv
expect_error 5 'is there already' "$carrick" release release.yaml --key release.key
chmod 666 release.key
expect_error 5 'by others' "$carrick" release release.yaml --key release.key --set out=refused
"$carrick" key own.key > /dev/null 2>&1
# Lists of the small-group check that would check nothing, or more than there is room for; bands of no age.
expect_error 2 'no small group would be found' "$carrick" release release.yaml --key own.key --set out=refused --set 'small_groups.of=[]'
expect_error 2 'At most 32 columns' "$carrick" release release.yaml --key own.key --set out=refused --set "small_groups.blank=[$(yes age | head -40 | paste -sd,)]"
expect_error 2 'No band is named' "$carrick" release release.yaml --key own.key --set out=refused --set 'tables[0].columns.age.bands=[]'
# Names of releases that differ only far behind make other keys.
long=$(printf 'x%.0s' $(seq 600))
for end in a b; do expect 0 '' "$carrick" release release.yaml --key own.key --set out=long-$end --set "name=$long$end"; done
[ -z "$(comm -12 <(cut -d, -f1 long-a/gp.csv | tail -n +2 | sort -u) <(cut -d, -f1 long-b/gp.csv | tail -n +2 | sort -u))" ] || fail "person keys of two releases with long names meet"
# Codes of long values that differ only far behind differ.
awk -v long="$long" 'BEGIN {FS = OFS = ","} {print $0, NR == 1 ? "stay" : long (NR % 2)}' gp.csv > longer.csv && mv longer.csv gp.csv
expect 0 '' "$carrick" release release.yaml --key own.key --set out=stays --set 'tables[0].columns.stay={as: code}'
[ "$(tail -n +2 stays/gp.csv | cut -d, -f7 | sort -u | wc -l)" = 2 ] || fail "codes of long values"
# What a release that was cut off left says what it is.
mkdir cut.partial
expect_error 5 'left of a release that was cut off' "$carrick" release release.yaml --key own.key --set out=cut
finish
