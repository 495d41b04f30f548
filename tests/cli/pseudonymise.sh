#!/usr/bin/env bash
# carrick pseudonymise and key: two suppliers code their extracts alone; the coded extracts link as the clear ones do, and hold no identifier.
source "$(dirname "$0")/lib.bash"

cat > a.csv << 'END'
id,given,family,born,nhs_no,tenure
a1,Ann,Smith,02/01/1980,943 476 5919,rent
a2,Bob,Jones,06/05/1975,,own
a3,Carol,Brown,09/09/1990,4505577104,rent
a4,Zoë,Óconnor,01/12/1966,,"own, ""leased"""
END
cat > b.csv << 'END'
ref;forename;surname;dob;nhs
b1;ANN;SMITH;1980-01-02;9434765919
b2;Bob;Jonnes;1975-05-06;
b3;Karol;Brown;1990-09-09;4505577104
b4;;Nobody;;
END
coding() { # NAME FILE ID DELIMITER COLUMNS
    cat << END
sources:
  - {name: $1, file: $2, id: $3, delimiter: "$4", columns: $5}
pseudonyms:
  nhs: nhs
  surname_sound: surname.soundex
  dob: {of: dob, label: dob}
  op: {of: [nhs, dob], method: openpseudonymiser, names: [NHSNumber, DOB]}
clks:
  names: {of: [forename, surname], bits: 512, hashes: 15}
  hard: {of: [forename, surname, dob], bits: 512, hashes: 15, balance: true, xor_fold: true}
END
}
coding a a.csv id , '{forename: {from: given, as: name}, surname: {from: family, as: name}, dob: {from: born, as: date, format: "%d/%m/%Y"}, nhs: {from: nhs_no, as: nhs_number}}' > a.yaml
echo 'keep: [tenure]' >> a.yaml
coding b b.csv ref ';' '{forename: {as: name}, surname: {as: name}, dob: {as: date}, nhs: {as: nhs_number}}' > b.yaml

expect 0 'key is in' "$carrick" key project.key
[ "$(stat -c %a project.key)" = 600 ] || fail "the key's mode"
expect_error 5 'cannot be made: File exists' "$carrick" key project.key
expect 0 'nhs: 2 of 4 rows' "$carrick" pseudonymise a.yaml --key project.key --out a.coded.csv
# Rows that cannot be used are passed over where the source allows them.
sed '2s/$/\ntorn,row/' a.csv > torn.csv
expect_error 3 'Row 2 of .*torn.csv has 2 fields' "$carrick" pseudonymise a.yaml --set 'sources[0].file=torn.csv' --key project.key --out torn.coded.csv
expect 0 '1 rows were passed over' "$carrick" pseudonymise a.yaml --set 'sources[0].file=torn.csv' --set 'sources[0].rejects=1' --key project.key --out torn.coded.csv
cmp -s torn.coded.csv a.coded.csv || fail "a torn row changes the codes of the others"
expect 0 '' "$carrick" pseudonymise b.yaml --key-fd 9 --out b.coded.csv 9< project.key
"$carrick" pseudonymise b.yaml --key-fd 0 --out again.csv --quiet < project.key && cmp -s b.coded.csv again.csv || fail "a key from standard input"
[ "$(stat -c %a b.coded.csv)" = 600 ] || fail "others may read the coded extract"
head -1 a.coded.csv | grep -qx 'id,nhs,surname_sound,dob,op,names,hard,tenure' || fail "the header"
grep -q ',"own, ""leased"""$' a.coded.csv || fail "a kept column is as it was"

# The HMAC is everybody's: what openssl says of the clean value under this key.
if command -v openssl > /dev/null; then
    wanted=$(printf %s 9434765919 | openssl dgst -sha256 -hmac "$(cat project.key)" | sed 's/.* //')
    grep -q ",$wanted," <(sed 's/^[^,]*/,/' a.coded.csv) || fail "the HMAC is not openssl's"
fi

# With a label, of several values, and of the id: the byte 1F between.
coded() { head -1 a.coded.csv | tr , '\n' | grep -nx "$1" | cut -d: -f1; }
if command -v openssl > /dev/null; then
    hmac() { openssl dgst -sha256 -hmac "$(cat project.key)" | sed 's/.* //'; }
    [ "$(sed -n 2p a.coded.csv | cut -d, -f"$(coded dob)")" = "$(printf 'dob\x1f1980-01-02' | hmac)" ] || fail "the HMAC with a label"
    [ "$(sed -n 2p a.coded.csv | cut -d, -f1)" = "$(printf 'id\x1fa1' | hmac)" ] || fail "the HMAC of the id"
    expect 0 '' "$carrick" pseudonymise a.yaml --key project.key --set 'pseudonyms.nhs.of=[surname, dob.year]' --out two.coded.csv
    [ "$(sed -n 2p two.coded.csv | cut -d, -f"$(coded nhs)")" = "$(printf 'SMITH\x1f1980' | hmac)" ] || fail "the HMAC of two values"
fi
# OpenPseudonymiser's digest: values in the order of their fields' names (DOB before NHSNumber), without blanks, then the salt.
[ "$(sed -n 2p a.coded.csv | cut -d, -f"$(coded op)")" = "$(printf '1980-01-029434765919%s' "$(cat project.key)" | sha256sum | tr -d ' -' | tr a-f A-F)" ] ||
    fail "the OpenPseudonymiser digest"

# Nothing clear is left: no name, number or date of the input, in any case.
for text in smith jones brown ann bob carol 9434765919 4505577104 1980 a1 a2; do
    ! cut -d, -f1-7 a.coded.csv | tail -n +2 | tr ',' '\n' | grep -qix -- "$text" || fail "'$text' is in the coded extract"
done

# Coded and clear columns link in one job: pseudonyms exactly, CLKs by likeness.
cat > job.yaml << 'END'
link: link
sources:
  - &a {name: a, file: a.coded.csv, id: id, unique: true, columns: {nhs: {as: pseudonym}, sound: {from: surname_sound, as: pseudonym}, dob: {as: pseudonym}, names: {as: clk}, hard: {as: clk}}}
  - {name: b, file: b.coded.csv, id: id, unique: true, columns: {nhs: {as: pseudonym}, sound: {from: surname_sound, as: pseudonym}, dob: {as: pseudonym}, names: {as: clk}, hard: {as: clk}}}
blocking: [nhs, [sound, dob], names.bands(8), hard.bands(8)]
comparisons:
  - {on: nhs, levels: [{when: exact, m: 0.9, u: 0.01}], m: [0.9, 0.1], u: [0.01, 0.99]}
  - {on: dob, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
  - {on: names, levels: [exact, dice 0.85, dice 0.7], m: [0.6, 0.2, 0.15, 0.05], u: [0.001, 0.001, 0.008, 0.99]}
  - {on: hard, levels: [exact, dice 0.8], m: [0.6, 0.3, 0.1], u: [0.001, 0.009, 0.99]}
prior: 0.01
threshold: {match_weight: 0}
END
sed -i 's/&a //; s/levels: \[{when: exact, m: 0.9, u: 0.01}\]/levels: [exact]/' job.yaml
expect 0 '' "$carrick" run job.yaml --out result
[ "$("$carrick" export links result 2> /dev/null | tail -n +2 | wc -l)" = 3 ] || fail "three pairs link: $("$carrick" export links result | cut -c1-200)"
for isa in scalar avx2 avx512; do
    "$carrick" run job.yaml --out "$isa" --isa $isa > /dev/null 2>&1 || continue
    cmp -s <("$carrick" export links result 2> /dev/null) <("$carrick" export links $isa 2> /dev/null) || fail "$isa has other links"
done

# One kind of code is enough.
sed '/^clks:/,$d' b.yaml > only.yaml
expect 0 '' "$carrick" pseudonymise only.yaml --key project.key --out only.csv

# Keys that others can read, that are too short, or given twice; columns that are not there; nothing is written then.
chmod 644 project.key
expect_error 5 'can be read or changed by others .mode 0644.' "$carrick" pseudonymise a.yaml --key project.key --out no.csv
chmod 600 project.key
expect_error 3 'fewer than 16 bytes' "$carrick" pseudonymise a.yaml --key-fd 8 --out no.csv 8< <(echo short)
mkfifo -m 600 key.pipe && expect_error 5 'is no file; out of a pipe .* --key-fd' timeout 20 "$carrick" pseudonymise a.yaml --key key.pipe --out no.csv
expect_error 2 'A key is needed' "$carrick" pseudonymise a.yaml --out no.csv
expect_error 2 "did you mean 'surname'" "$carrick" pseudonymise a.yaml --key project.key --out no.csv --set pseudonyms.nhs=surnam
expect_error 2 'multiple of 128' "$carrick" pseudonymise a.yaml --key project.key --out no.csv --set clks.names.bits=500
expect_error 3 "no column 'tenur'" "$carrick" pseudonymise a.yaml --key project.key --out no.csv --set 'keep=[tenur]'
expect_error 2 'dice.*clk' "$carrick" run job.yaml --out no --set 'comparisons[1].levels=[dice 0.8]'
printf 'a5,Eve\n' >> a.csv
expect_error 3 'Row 5 of .*a.csv has 2 fields where the header has 6' "$carrick" pseudonymise a.yaml --key project.key --out no.csv
[ ! -e no.csv ] && ! ls no.csv* > /dev/null 2>&1 || fail "something was written after an error"
# Rows of several files without a column of ids have one each, as in a job; a row with nothing to say stays a row; the extract is not written over.
printf 'nhs\n9434765919\n""\n' > one.csv && cp one.csv two.csv
printf 'sources:\n  - {name: s, files: [one.csv, two.csv], columns: {nhs: {as: nhs_number}}}\npseudonyms: {nhs: nhs}\n' > two.yaml
expect 0 '' "$carrick" pseudonymise two.yaml --key project.key --set id=keep --out two.out
[ "$(cut -d, -f1 two.out | paste -sd' ')" = 'id 1:1 1:2 2:1 2:2' ] || fail "ids of rows: $(cat two.out)"
expect 0 '' "$carrick" pseudonymise two.yaml --key project.key --set id=drop --out two.out
[ "$(sed -n 3p two.out)" = '""' ] || fail "an empty row: $(cat two.out)"
expect_error 2 'is read here' "$carrick" pseudonymise two.yaml --key project.key --out two.csv
grep -q '"file":"[^"]*two.csv"' audit.jsonl || fail "both files in the log"
for number in 99999999999 -1 9x; do
    expect_error 2 'number of an open descriptor' "$carrick" pseudonymise two.yaml --key-fd $number --out two.out
done
# A text that is no name takes no time; one who stops finds nothing; where memory may not be locked, no key is read.
{ echo ref,forename,surname,dob,nhs; head -c 200000 /dev/urandom | od -An -tx1 | tr -dc a-f | sed 's/^/b1,/; s/$/,Long,1980-01-02,/'; echo; } > long.csv
expect 0 'names: 1 of 1' timeout 20 "$carrick" pseudonymise b.yaml --set 'sources[0].file=long.csv' --set 'sources[0].delimiter=","' --key project.key --out long.out
{ sed -n 1p b.csv; yes 'b1;ANN;SMITH;1980-01-02;9434765919' | head -n 300000; } > many.csv
expect_error 75 'nothing was written' timeout --preserve-status 1 "$carrick" pseudonymise b.yaml --set 'sources[0].file=many.csv' --key project.key --out many.out --quiet
! ls many.out* > /dev/null 2>&1 || fail "a stop leaves half an extract"
locked_out=$([ "$(id -u)" != 0 ] || echo setpriv --bounding-set=-all --inh-caps=-all)
if ! sanitized && { [ -z "$locked_out" ] || command -v setpriv > /dev/null; }; then
    # shellcheck disable=SC2086
    expect_error 6 'ulimit -l' bash -c "ulimit -l 0; exec $locked_out '$carrick' pseudonymise two.yaml --key project.key --out two.out"
fi
# Beside a pipe there is no log.
mkdir pipes && mkfifo pipes/way && (timeout 20 cat pipes/way > through 2> errors &)
expect 0 '' timeout 20 "$carrick" pseudonymise two.yaml --key project.key --out pipes/way
[ ! -e pipes/audit.jsonl ] || fail "a log beside a pipe"
finish
