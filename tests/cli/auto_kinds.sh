#!/usr/bin/env bash
# carrick run on made-up sets alone, of kinds and languages unlike the others: how well it links them at its default, and what it says where nobody could.
. "$(dirname "$0")/lib.bash"

# made KIND: persons, of whom four in ten have a second record with errors, in KIND's columns, and truth.csv. The same on every machine.
made() {
    awk -v kind="$1" -v n="${2:-900}" 'function draw(k) { state = state * 16807 % 2147483647; return state % k }
    function slip(t, i) { i = draw(length(t) - 2) + 2; return substr(t, 1, i - 1) substr(t, i + 1) }
    function word(k, t) { for (t = ""; k > 0; k--) t = t syllable[draw(24) + 1]; return toupper(substr(t, 1, 1)) substr(t, 2) }
    function row(file, text, entity) { print ++id[file] sep text > file; print file "," id[file] "," entity > "truth.csv" }
    BEGIN {
        state = 4711
        nf = split("Anna Maria Peter Michael Thomas Andreas Julia Stefan Claudia Martin Sabine Frank Petra Klaus Ursula Wolfgang Monika Jan Laura Lukas Gisela Horst Renate Uwe Birgit Heike", forename, " ")
        split("ba de fi go ha ki lo mu na pe ri so ta ve wi zu bra ster ling mann dorf stein feld hof", syllable, " ")
        print "source,id,entity" > "truth.csv"
        sep = kind == "german" ? ";" : ","
        if (kind == "german") print "lfd;Name, Vorname;Geburtsdatum;PLZ;Ort;Strasse" > "kartei.csv"
        if (kind == "things") { print "id,title,brand,price" > "a.csv"; print "id,name,manufacturer,price" > "b.csv" }
        if (kind == "names") print "id,first,last,gender" > "kartei.csv"
        if (kind == "movers") print "id,forename,surname,dob,address,postcode" > "kartei.csv"
        for (p = 1; p <= n; p++) {
            f = forename[draw(nf) + 1]; s = word(kind == "names" ? 1 : 2) (draw(3) ? "" : word(1)); y = 1930 + draw(80); m = draw(12) + 1; d = draw(28) + 1
            home = draw(400); sex = draw(2) ? "M" : "F"
            brand = "Brand" substr(word(1), 1, 3); model = substr("ABCDEFGH", draw(8) + 1, 1) (100 + draw(9900)); thing = word(2) " " word(1); price = 5 + draw(50000) / 100
            for (copy = 0; copy < (draw(10) < 4 ? 2 : 1); copy++) {
                if (copy && draw(8) == 0 && length(s) > 4) s = slip(s)
                if (copy && draw(10) == 0) d = draw(28) + 1
                if (copy && draw(100) < (kind == "movers" ? 85 : 15)) home = draw(400)
                date = sprintf("%02d.%02d.%d", d, m, y); place = sprintf("%05d;Ort%s", 10000 + home * 7, syllable[home % 20 + 1]); street = syllable[home % 24 + 1] "weg " home % 60 + 1
                if (kind == "german") row("kartei.csv", s ", " f ";" (draw(7) ? date : "") ";" place ";" street, p)
                if (kind == "names") row("kartei.csv", f "," s "," sex, p)
                if (kind == "movers") row("kartei.csv", f "," s "," sprintf("%d-%02d-%02d", y, m, d) "," home % 60 + 1 " " syllable[home % 24 + 1] " Road,LA" home % 20 + 1 " " int(home / 20) % 9 + 1 "AB", p)
                if (kind == "things") row(copy ? "b.csv" : "a.csv", (copy ? thing " " brand " " model : brand " " thing " " model) "," (draw(4) ? brand : "") "," price, p)
            }
        }
    }'
}
# linked F1 FILE...: closure F1 against truth.csv is at least that.
linked() {
    local least=$1 got
    shift
    rm -rf out
    expect 0 '' "$carrick" run "$@" --out out --threads 1
    cp output said
    "$carrick" evaluate out --truth truth.csv --source source --id id --entity entity --json > quality.json 2> said_of_it || fail "no quality of $*"
    got=$(tr -d ' \n' < quality.json | grep -oE '"closure":\{[^}]*"f1":[0-9.]+' | head -1 | grep -oE '[0-9.]+$')
    awk -v got="$got" -v least="$least" 'BEGIN { exit !(got >= least) }' || fail "closure F1 of $kind is $got, not $least"
    printf '%s: closure F1 %s\n' "$kind" "$got"
}
sources() { sed -i 's/\.csv,/,/' truth.csv; }

kind=german; made german; sources
linked .95 kartei.csv
grep -q 'surname: {from: "Name, Vorname", part: before_comma' out/job.yaml || fail "the surname is not taken from before the comma"
grep -q 'forename: {from: "Name, Vorname", part: after_comma' out/job.yaml || fail "the forename is not taken from after the comma"
grep -q 'null: "missing surname or ((reversed forename surname or half_reversed forename surname) and not exact surname)"' out/chosen.yaml ||
    fail "names in each other's column count twice"

# The same things under other names of columns.
kind=things; made things; sources
linked .9 a.csv b.csv
grep -q 'title: {from: "name", as: text} # its header is another, but its values are like those of .title. in a' out/job.yaml || fail "title and name are not paired"
grep -q 'brand: {from: "manufacturer"' out/job.yaml || fail "brand and manufacturer are not paired"

# Most of those who are there twice have moved, and are found all the same.
kind=movers; made movers; sources
linked .95 kartei.csv

# Names and sex alone: one sentence tells that nobody can know.
kind=names; made names 1500; sources
linked 0 kartei.csv
grep -qE 'warning: (Precision is not known: only|Calibration was left)' said || fail "nothing tells that names and sex are too little"
[ "$(grep -c 'warning: ' said)" -le 3 ] || fail "more than three sentences"

# E-mail addresses made of names: one that is only alike says nothing beside a surname.
kind=names; made names 300
awk -F, 'NR == 1 {print $0 ",email"; next} {print $0 "," tolower($2 "." $3) $1 % 90 "@mail.test"}' kartei.csv > mail.csv
"$carrick" run mail.csv --out mail --threads 1 --quiet 2> said_of_mail || fail "no rules for e-mail addresses: $(tail -1 said_of_mail)"
grep -q 'null: "missing email or (not exact email and not damerau_levenshtein email 1 and ratio email 0.75 and jaro_winkler surname 0.88)"' mail/chosen.yaml ||
    fail "an e-mail address that is only alike says again what the surname says"
finish
