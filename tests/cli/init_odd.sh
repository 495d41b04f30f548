#!/usr/bin/env bash
# carrick init on odd extracts: what it guesses, what it says, and that its job reads the file. Never a person's value.
. "$(dirname "$0")/lib.bash"

# people [ROWS] [DELIMITER]: an ordinary extract, to be spoilt.
people() {
    awk -v n="${1:-60}" -v d="${2:-,}" 'BEGIN {
        split("ANN BOB CAROL DEV EVE FAY GUS HAL IDA JOE KIM LEO", f, " ")
        split("SMITH JONES PATEL BROWN TAYLOR DAVIES EVANS KHAN LEWIS WALKER HALL", s, " ")
        print "id" d "forename" d "surname" d "dob" d "postcode" d "sex"
        for (i = 1; i <= n; i++)
            printf "p%d%s%s%s%s%s%04d-%02d-%02d%sLA%d %dAB%s%s\n", i, d, f[i % 12 + 1], d, s[i * 7 % 11 + 1], d, 1940 + i * 13 % 70,
                i * 5 % 12 + 1, i * 11 % 28 + 1, d, i % 9 + 1, i % 7 + 1, d, i % 2 ? "M" : "F"
    }'
}
# told CODE WORDS FILE...: init ends with CODE and says WORDS.
told() {
    local code=$1 words=$2
    shift 2
    expect "$code" "$words" "$carrick" init "$@"
    grep -qE "SMITH|PATEL|Muster|Kowalski" output && fail "init $* tells a person's value"
    [ "$code" = 0 ] || [ "$(grep -c '^carrick: ' output)" = 1 ] || fail "init $* does not fail in one sentence"
}
# also WORDS: so does what was printed last.
also() {
    grep -qE -- "$1" output || { fail "no '$1' either"; sed 's/^/    /' output; }
}
never() {
    grep -qE -- "$1" output && { fail "it should not say '$1'"; sed 's/^/    /' output; }
}
# reads FILE...: the job that init makes is a job, and ingest reads the files with it.
reads() {
    "$carrick" init "$@" > made.yaml || fail "init $*"
    local column
    column=$(sed -nE 's/^      ([a-z0-9_]+): \{.*/\1/p' made.yaml | head -1)
    sed -i "s/^comparisons: auto/comparisons: [{on: $column, levels: [exact]}]/; s/^blocking: auto/blocking: [[$column]]/" made.yaml
    rm -rf made
    expect 0 '' "$carrick" ingest made.yaml --out made
}

# ---- how the file is written ----
people > plain.csv
told 0 'forename: \{from: "forename", as: name\}' plain.csv
also 'dob: \{from: "dob", as: birth_date\}.*filled in 100 %'
also 'postcode: \{from: "postcode", as: postcode\}'
also 'sex: \{from: "sex", as: sex\}'
also '^    id: "id" # filled in every row, and no value is in two'
also '^link: dedupe'
never 'delimiter|encoding|rejects'
reads plain.csv
"$carrick" init plain.csv > once.yaml; mpirun --oversubscribe -n 2 "$carrick" init plain.csv > twice.yaml
diff once.yaml twice.yaml > /dev/null || fail "another number of ranks, another job"

people 60 ';' | sed '3s/;BOB/;"BOB; BOBBY"/; s/-0/,0/' > semicolon.csv
told 0 'delimiter: ";"' semicolon.csv; reads semicolon.csv
people 60 $'\t' > tabs.txt
told 0 'delimiter: "tab"' tabs.txt; also 'name: "tabs"'; reads tabs.txt
people 60 '|' > pipes.csv
told 0 'delimiter: "\|"' pipes.csv; reads pipes.csv
people | gzip > packed.csv.gz
told 0 'name: "packed"' packed.csv.gz; reads packed.csv.gz
people | tr '\n' '\r' > cr.csv
told 0 '60 rows, 6 columns' cr.csv; reads cr.csv
people | sed 's/$/\r/' > crlf.csv
told 0 '60 rows, 6 columns' crlf.csv; reads crlf.csv
{ printf '\xEF\xBB\xBF'; people; } > mark.csv
told 0 'id: "id"' mark.csv; reads mark.csv
mkdir 'a folder'; people > 'a folder/my people.csv'
told 0 'name: "my people"' 'a folder/my people.csv'; reads 'a folder/my people.csv'
people | sed '5s/SMITH\|PATEL\|TAYLOR\|EVANS/"O""NEIL\nJUNIOR"/' > lines.csv
told 0 '60 rows' lines.csv; reads lines.csv
people | sed '4s/$/,extra/; 9s/,[^,]*$//' > ragged.csv
told 0 'rejects: 2 .*2 with another number of fields' ragged.csv; reads ragged.csv
people | sed '4s/,[A-Z]*,/,A"N"N,/' > quotes.csv
told 0 'rejects: 1 .*1 with quotes that do not pair' quotes.csv; reads quotes.csv
people | sed '2s/^p1,[A-Z]*/p1,"ANN/' > open.csv
told 3 'quoted value does not end|quotes do not pair' open.csv
people | sed '7s/^p6,/p6,\x00/' > nul.csv
told 0 'rejects: 1 .*1 with bytes that are no text' nul.csv; reads nul.csv

# ---- letters ----
people | iconv -f UTF-8 -t UTF-16 > utf16.csv
told 3 'UTF-16 \(little-endian\).*save it as UTF-8' utf16.csv
people | iconv -f UTF-8 -t UTF-16BE > utf16be.csv
told 3 'UTF-16 \(big-endian' utf16be.csv
people | sed 's/JONES/M\xfcller/; s/BOB/Jos\xe9/' > western.csv
told 0 'encoding: windows-1252' western.csv; reads western.csv
people | sed 's/JONES/Müller/; s/BOB/José/' > utf8.csv
told 0 'as: name' utf8.csv; never 'encoding'; reads utf8.csv
people | sed 's/JONES/Müller/; 9s/p8/p8\xff/' > one_bad.csv
told 0 'rejects: 1 .*1 with bytes that are no text' one_bad.csv; never 'encoding'; reads one_bad.csv

# ---- header ----
people | tail -n +2 > no_header.csv
told 3 'seems to have no header.*Put a line with' no_header.csv; never 'LA[0-9]|19[0-9][0-9]'
people | sed '1s/surname/forename/' > same_twice.csv
told 0 '"forename": another column has the same name' same_twice.csv; reads same_twice.csv
people | sed '1s/^id/ /; 1s/sex//' > blank.csv
told 0 '"": it has no name' blank.csv; also '# no id: .*known by their number'; reads blank.csv
people | sed '1s/.*/Lfd. Nr.;Vorname;Nachname;Geburtsdatum;PLZ;Geschlecht/; s/,/;/g; s/LA\([0-9]\) \([0-9]\)AB/\1021\2/' > german.csv
told 0 'surname: \{from: "Nachname", as: name' german.csv; also 'dob: \{from: "Geburtsdatum"'; also 'postcode: \{from: "PLZ", as: category'; also 'sex: \{'; reads german.csv
people | sed '1s/.*/identifiant,Prénom,Nom de famille,Date de naissance,Code postal,Sexe/' > french.csv
told 0 'forename: \{from: "Prénom"' french.csv; also 'surname: \{from: "Nom de famille"'; also 'dob: \{from: "Date de naissance"'; also 'id: "identifiant"'; reads french.csv
people | sed '1s/.*/id,Nombre,Primer Apellido,Fecha de nacimiento,Código Postal,Sexo/' > spanish.csv
told 0 'forename: \{from: "Nombre"' spanish.csv; also 'surname: \{from: "Primer Apellido"'; also 'dob: \{from: "Fecha de nacimiento"'; reads spanish.csv
people | sed '1s/.*/id,Voornaam,Achternaam,Geboortedatum,Postcode,Geslacht/' > dutch.csv
told 0 'forename: \{from: "Voornaam"' dutch.csv; also 'dob: \{from: "Geboortedatum"'; reads dutch.csv
people | sed '1s/.*/id,Imię,Nazwisko,Data urodzenia,Kod pocztowy,Płeć/' > polish.csv
told 0 'forename: \{from: "Imię"' polish.csv; also 'surname: \{from: "Nazwisko"'; also 'dob: \{from: "Data urodzenia"'; also 'sex: \{from: "Płeć"'; reads polish.csv
people | sed '1s/.*/ID,FirstName,LASTNAME,DateOfBirth,PostCode,Gender/' > cases.csv
told 0 'forename: \{from: "FirstName"' cases.csv; also 'surname: \{from: "LASTNAME"'; also 'dob: \{from: "DateOfBirth"'; reads cases.csv
people | sed '1s/forename/"fore: \\""name"" #1"/' > strange.csv
told 0 'from: "fore: ' strange.csv; reads strange.csv

people | sed '1s/.*/rhif,Enw cyntaf,Cyfenw,Dyddiad geni,Cod post,Rhyw/' > welsh.csv
told 0 'forename: \{from: "Enw cyntaf"' welsh.csv; also 'surname: \{from: "Cyfenw"'; also 'dob: \{from: "Dyddiad geni"'; also 'sex: \{from: "Rhyw"'; reads welsh.csv
people | sed '1s/.*/id,given,family,born,area,gender/' > short.csv
told 0 'forename: \{from: "given"' short.csv; also 'surname: \{from: "family"'; also 'dob: \{from: "born"'; reads short.csv
people 200 | sed '1s/.*/c1,c2,c3,c4,c5,c6/; s/BOB/PAUL/; s/CAROL/MARY/; s/DEV/PETER/' > said_nothing.csv
told 0 'forename: \{from: "c2", as: name.*common forename' said_nothing.csv; also 'dob: \{from: "c4"'; also 'postcode: \{from: "c5"'; also 'sex: \{from: "c6"'; reads said_nothing.csv
awk 'BEGIN { print "k;a;b"; for (i = 0; i < 300; i++) printf "k%d;%05d;%s\n", i, 10000 + i % 40 * 997, substr("BERLIN  HAMBURG BREMEN  KASSEL  ESSEN   ", i % 5 * 8 + 1, 8) }' > plz.csv
told 0 'postcode: \{from: "a", as: category.*go with one place' plz.csv; also 'town: \{from: "b"'; reads plz.csv
people | sed 's/LA\([0-9]\) \([0-9]\)AB/1234\2/' > counted.csv
told 0 'postcode: \{from: "postcode", as: category' counted.csv; never 'missing: \["12345"\]'
people | sed 's/,F$/,Weiblich/; s/,M$/,m\xc3\xa4nnlich/' > words.csv
told 0 'sex: \{from: "sex", as: sex' words.csv; reads words.csv
people | sed 's/,M$/,H/; s/,F$/,M/' > mujer.csv
told 0 'sex: \{from: "sex", as: category.*M seems to mean women' mujer.csv; reads mujer.csv
people | awk -F, -v OFS=, 'NR == 1 { $5 = "lat,lon" } NR > 1 { $5 = (50 + NR / 100) "," (-3 + NR / 100) } 1' > globe.csv
told 0 'latitude: \{from: "lat", as: number' globe.csv; also 'longitude: \{from: "lon", as: number'; reads globe.csv
people | awk -F, -v OFS=, 'NR == 1 { $5 = "easting,northing" } NR > 1 { $5 = (340000 + NR * 37) "," (460000 + NR * 91) } 1' > grid.csv
told 0 'easting: \{from: "easting", as: number' grid.csv; also 'northing: \{from: "northing", as: number'; reads grid.csv
expect_error 2 "This is no job file.*carrick init FILE.*carrick run FILE" "$carrick" choose plain.csv --out chosen

# ---- too little, too much ----
: > empty.csv
told 3 'File empty.csv is empty' empty.csv
people | head -1 > header_only.csv
told 3 'has a header but no rows' header_only.csv
people | head -2 > one_row.csv
told 0 '1 row, 6 columns' one_row.csv; reads one_row.csv
people | cut -d, -f3 > one_column.csv
told 0 'surname: \{from: "surname"' one_column.csv; also 'known by their number'; reads one_column.csv
people | cut -d, -f1 > only_ids.csv
told 3 'has no column to link by' only_ids.csv
people | sed '2,$s/,[A-Z]*,[A-Z]*,/,,,/' > hollow.csv
told 0 '"forename": empty in every row' hollow.csv; reads hollow.csv
people | awk -F, -v OFS=, '{ $3 = NR == 1 ? "surname" : "NULL"; print }' > null.csv
told 0 '"surname": every sampled value means missing' null.csv
people | awk -F, -v OFS=, '{ $7 = NR == 1 ? "country" : "UK"; print }' > constant.csv
told 0 '"country": holds one value only' constant.csv
awk 'BEGIN { for (c = 1; c <= 300; c++) printf "%sx%d", (c > 1 ? "," : "id,"), c; print ""
     for (i = 1; i <= 40; i++) { printf "%d", i; for (c = 1; c <= 300; c++) printf ",v%d", i * c % 17; print "" } }' > wide.csv
told 0 '24 columns are taken at most' wide.csv; [ "$(grep -c 'as: ' output)" = 24 ] || fail "not 24 columns of 300"; reads wide.csv
{ people; printf 'p999,%s,SMITH,1980-01-01,LA1 1AB,M\n' "$(head -c 1000000 /dev/zero | tr '\0' A)"; } > long.csv
told 0 '61 rows' long.csv; reads long.csv

# ---- ids ----
people | sed '5s/^p4,/p3,/' > not_unique.csv
told 0 '# no id: no column' not_unique.csv; also '"id": its name says that it numbers rows, but it does not: it is the same in some'; reads not_unique.csv
people | awk -F, -v OFS=, '{ print NR == 1 ? "rec_id" : "r" NR, $0 }' > two_ids.csv
told 0 'id: "rec_id"' two_ids.csv; also '"id": its name says that it numbers rows'; reads two_ids.csv
people | sed '2,$s/^p/000/' > zeros.csv
people | awk -F, -v OFS=, 'NR == 1 { $4 = "year of birth" } NR > 1 { $4 = substr($4, 1, 4) } 1' > year.csv
told 0 'dob: \{from: "year of birth", as: birth_date, formats: \["%Y"\]' year.csv; reads year.csv
told 0 'id: "id"' zeros.csv; reads zeros.csv
people | awk -F, -v OFS=, '{ print $0, NR == 1 ? "entity_id" : int(NR / 2) }' > truth.csv
told 0 '"entity_id": .*never used to link' truth.csv; never 'entity_id: \{'
people | cut -d, -f1 | awk '{ print $0 "," (NR == 1 ? "cluster" : int(NR / 2)) }' > who.csv
told 3 'seems to say who is who' who.csv

# ---- values ----
people | awk -F, -v OFS=, 'NR > 1 { $2 = NR * 7919 % 500; $3 = NR * 104729 % 900 } 1' > coded.csv
told 0 'the header says a name, but only 0 % are words of letters' coded.csv; reads coded.csv
people | awk -F, -v OFS=, 'NR > 1 { split($4, d, "-"); $4 = NR % 3 ? d[3] "/" d[2] "/" d[1] : $4 } 1' > two_formats.csv
told 0 'formats: \["%d/%m/%Y", "%Y-%m-%d"\]' two_formats.csv; also 'can only have the day first, 0 only the month'; reads two_formats.csv
people | awk -F, -v OFS=, 'NR > 1 { split($4, d, "-"); $4 = d[2] "/" d[3] "/" d[1] } 1' > american.csv
told 0 'formats: \["%m/%d/%Y"\]' american.csv; reads american.csv
people 40 | awk -F, -v OFS=, 'NR > 1 { split($4, d, "-"); $4 = d[2] "/" d[2] % 5 + 1 "/" d[1] } 1' > either.csv
told 0 'could be either way round in all' either.csv; also 'formats: \["%d/%m/%Y"\]'; reads either.csv
people | awk -F, -v OFS=, 'NR > 1 { split($4, d, "-"); $4 = d[3] "." d[2] "." d[1] % 100 } 1' > short_years.csv
told 0 'formats: \["%d.%m.%y"\].*two-digit years' short_years.csv; reads short_years.csv
people | awk -F, -v OFS=, 'NR > 1 { $4 = 20000 + NR * 317 } 1' > serial.csv
told 0 "like a spreadsheet's day numbers" serial.csv; reads serial.csv
people | awk -F, -v OFS=, 'NR == 1 { sub("dob", "day,month,year") } NR > 1 { split($4, d, "-"); $4 = d[3] + 0 "," d[2] + 0 "," d[1] } 1' > parts.csv
told 0 'dob: \{from: \["year", "month", "day"\], as: birth_date\}' parts.csv; reads parts.csv
people 300 | awk -F, -v OFS=, 'NR > 1 && NR % 4 == 0 { $4 = "1900-01-01"; $3 = "UNKNOWN" } NR % 9 == 0 { $5 = "N/A" } 1' > missing.csv
told 0 'dob: .*missing: \["1900-01-01"\]' missing.csv; also 'surname: .*missing: \["UNKNOWN"\]'; also 'postcode: .*missing: \["N/A"\]'; reads missing.csv

people | awk -F, -v OFS=, 'NR == 1 { print $0, "fee", "hh_id", "updated_at" } NR > 1 { print $0, "\"" NR % 37 "," NR % 90 + 10 "\"", int(NR / 3), "2024-01-01" }' > figures.csv
told 0 'fee: .*as: category.*(only 0 % can be read as numbers|different sampled values)' figures.csv; also '"hh_id": its name says a household'; also '"updated_at": its name says when'; reads figures.csv
printf 'sep=;\nid;name\n1;A\n' > hint.csv
told 3 'begins with a line .sep=' hint.csv
printf 'PK\003\004rubbish' > sheet.csv
told 3 'spreadsheet or a zip archive' sheet.csv
printf '[{"id": 1}]' > things.csv
told 3 'looks like JSON' things.csv
people | gzip | head -c 300 > cut.csv.gz
told 5 'ends too early' cut.csv.gz

# ---- several files ----
people 400 > a.csv
people 400 | sed '1s/.*/id,Vorname,Nachname,Geburtsdatum,postcode,sex/; 2,$s/^p/q/' > b.csv
told 0 '^link: link_and_dedupe|^link: link ' a.csv b.csv; also 'forename: \{from: "Vorname"'; reads a.csv b.csv
awk 'BEGIN { print "n,q"; for (i = 1; i < 30; i++) print i * 3 % 7 "," i % 5 }' > other.csv
told 3 'shares no column with the other' plain.csv other.csv
told 5 'nowhere.csv cannot be read' nowhere.csv
told 5 'is not a regular file' 'a folder'

# A file that holds a person once, and one that holds some twice.
awk 'BEGIN { print "id,forename,surname,dob,postcode,email"; for (i = 1; i <= 600; i++)
    printf "%d,F%s,S%s,%04d-%02d-%02d,LA%d %dAB,u%d@x.org\n", i, substr("ABCDEFGHIJKLMNOPQRST", i % 20 + 1, 1) "ANN", substr("ABCDEFGHIJKLMNOPQRST", i % 19 + 1, 1) "MITH",
    1930 + i % 80, i % 12 + 1, i % 28 + 1, i % 9 + 1, i % 7 + 1, i }' > single.csv
sed '2,$s/^/k/' single.csv > single2.csv
{ cat single.csv; sed -n '2,40s/^/d/p' single.csv; } > double.csv
told 0 '^link: link #' single.csv single2.csv; [ "$(grep -c 'unique: true # 0 pairs' output)" = 2 ] || fail "two files of persons once are not told"
told 0 '^link: link_and_dedupe' single.csv double.csv; also 'unique: false # 39 pairs of its 639 rows agree in'

# Extracts without a job, at once.
expect 0 "guessed; 'ran/job.yaml' tells" "$carrick" run double.csv --out ran
also '600 persons'
expect 0 'Nothing to do' "$carrick" run double.csv --out ran
expect 0 '' mpirun --oversubscribe -n 2 "$carrick" run double.csv --out ran2 --quiet
diff <("$carrick" digest ran/index.h5 | sed 's/ran//') <("$carrick" digest ran2/index.h5 | sed 's/ran2//') > /dev/null || fail "other persons on two ranks"
"$carrick" init double.csv | diff - ran/job.yaml > /dev/null || fail "the job that run keeps is not what init writes"
expect_error 2 'takes one job, or extracts' "$carrick" run ran/job.yaml double.csv

# Rows without an id have their numbers, whoever reads them.
"$carrick" init blank.csv > numbers.yaml
sed -i "s/^comparisons: auto/comparisons: [{on: surname, levels: [exact]}]/; s/^blocking: auto/blocking: [[surname]]/" numbers.yaml
"$carrick" ingest numbers.yaml --out n1 --quiet && mpirun --oversubscribe -n 3 "$carrick" ingest numbers.yaml --out n3 --quiet
diff <("$carrick" digest n1/people.h5 | sed 's/n1//') <("$carrick" digest n3/people.h5 | sed 's/n3//') > /dev/null || fail "row numbers differ with the ranks"
"$carrick" export people n1 | grep -q ',60,' || fail "no row 60 among the ids"
finish
