#!/usr/bin/env bash
# Opt-outs: by list, by exchange, by flag; rows that go after linking; updates; what may not be done.
source "$(dirname "$0")/lib.bash"

# Thirty people with NHS numbers at a GP and a hospital, and without at the council.
awk 'function nhs(i,   t, s, k, c) {
    for (;; i += 1000) {
        t = sprintf("%09d", 943470000 + i * 7); s = 0
        for (k = 1; k <= 9; k++) s += substr(t, k, 1) * (11 - k)
        c = (11 - s % 11) % 11
        if (c < 10) return t c
    }
}
BEGIN {
    split("ANN BOB CAROL DEV EVE FAY GUS HAL IDA JAN", f, " ")
    print "id,given,family,born,nhs,dissent" > "gp.csv"
    print "id,given,family,born,nhs" > "hospital.csv"
    print "ref,given,family,born" > "council.csv"
    for (i = 0; i < 30; i++) {
        g = f[i % 10 + 1]; h = sprintf("FAMILY%c%c", 65 + i % 26, 65 + i / 3); d = sprintf("%d-%02d-%02d", 1940 + i, i % 12 + 1, i % 28 + 1); n = nhs(i)
        printf "g%02d,%s,%s,%s,%s,%s\n", i, g, h, d, n, i == 3 || i == 4 ? "9Nu0" : "" > "gp.csv"
        printf "h%02d,%s,%s,%s,%s\n", i, g, h, d, i == 5 ? "" : n > "hospital.csv"
        printf "c%02d,%s,%s,%s\n", i, g, h, d > "council.csv"
        print n > "all"
    }
}'
cat > job.yaml << 'END'
name: optouts
link: link_and_dedupe
sources:
  - {name: gp, file: gp.csv, id: id, columns: &columns {forename: {from: given, as: name}, surname: {from: family, as: name}, dob: {from: born, as: date}, nhs: {as: nhs_number}}}
  - {name: hospital, file: hospital.csv, id: id, columns: *columns}
  - {name: council, file: council.csv, id: ref, columns: {forename: {from: given, as: name}, surname: {from: family, as: name}, dob: {from: born, as: date}}}
blocking: [[surname, dob], [nhs]]
comparisons:
  - {on: forename, levels: [exact], m: [0.9, 0.1], u: [0.05, 0.95]}
  - {on: surname, levels: [exact], m: [0.9, 0.1], u: [0.01, 0.99]}
  - {on: dob, levels: [exact], m: [0.9, 0.1], u: [0.001, 0.999]}
prior: 0.01
threshold: {match_weight: 0}
END
{ cat job.yaml; echo 'optouts: {list: list.txt}'; } > list.yaml
{ printf '\xef\xbb\xbf'; sed -n 1p all; sed -n 2p all | sed 's/$/,\r/'; echo; sed -n 9p all | sed 's/\(...\)\(...\)/\1 \2 /'; } > list.txt
rows() { "$carrick" export index "$1" 2> /dev/null | awk -F, -v s="$2" 'NR > 1 && $1 == s' | wc -l; }

# By list: every row of the number, in every source that has it; counted, and nowhere kept.
expect 0 '6 opted out' "$carrick" run list.yaml --out listed
[ "$(rows listed gp)/$(rows listed hospital)/$(rows listed council)" = 27/27/30 ] || fail "rows that are left"
grep -q '"rows_opted_out": 3' listed/ingest.json || fail "ingest.json counts"
grep -q '"opted_out": 6' listed/run.json || fail "run.json counts"
expect 0 '' "$carrick" describe listed
grep -qx 'rows opted out,gp,3' listed/flow.csv || fail "flow.csv"
"$carrick" export people listed > people.csv 2> /dev/null
for n in $(sed -n '1p;2p;9p' all); do
    ! grep -q "$n" people.csv || fail "an opted-out number is in people.h5"
    ! grep -rqa "$n" listed || fail "an opted-out number is in a file"
done
[ "$(stat -c %a listed)" = 700 ] || fail "the folder is open to others"
grep -q '"ingest":{[^}]*"opted_out":6' listed/audit.jsonl || fail "the log has no count"
! grep -qE "list\.txt|$(sha256sum < list.txt | cut -d' ' -f1)" listed/audit.jsonl || fail "the list, or its hash, is in the log"
# The same list: nothing to do. Another: ingest and what follows.
expect 0 'Nothing to do' "$carrick" run list.yaml --out listed
sed -n 20p all >> list.txt
expect 0 '8 opted out' "$carrick" run list.yaml --out listed
# On ranks the same bytes.
expect 0 '' mpirun --oversubscribe -n 3 "$carrick" run list.yaml --out ranks --threads 1
cmp -s <("$carrick" digest listed/*.h5 | sed 's/^[^ ]*//') <("$carrick" digest ranks/*.h5 | sed 's/^[^ ]*//') || fail "ranks make another result"

# The exchange.
{ cat job.yaml; echo 'optouts: {sent: sent.dat, returned: back.dat, applies_to: [gp]}'; } > exchange.yaml
# What a cut-off request left, and may be open elsewhere, is not written into.
echo old > sent.dat.partial && exec 8< sent.dat.partial
umask 022
expect 0 '30 distinct' "$carrick" optout request exchange.yaml --out sent.dat
[ "$(stat -c %a sent.dat)" = 600 ] || fail "others may read the numbers"
[ "$(cat <&8)" = old ] || fail "the numbers were written into an old file"
exec 8<&-
cmp -s sent.dat <(sort all | sed 's/$/,/') || fail "what is sent: sorted, a comma behind"
sed -e 2d -e 7d sent.dat > back.dat
expect 0 '^opted_out 2' "$carrick" optout apply exchange.yaml
expect 0 '2 opted out' "$carrick" run exchange.yaml --out exchanged
[ "$(rows exchanged gp)/$(rows exchanged hospital)" = 28/30 ] || fail "applies_to"
echo 9434765919, >> back.dat
cp -r exchanged before
expect_error 3 'back.dat holds 1 numbers that were not sent' "$carrick" run exchange.yaml --out exchanged
expect_error 3 'not sent' "$carrick" optout apply exchange.yaml
cmp -s before/people.h5 exchanged/people.h5 || fail "a refused answer changed something"

# Numbers that nobody asked about are told of, never by what they are.
sed -n '2,11p' sent.dat > sent.few && mv sent.few sent.dat && sed 1d sent.dat > back.dat
expect 0 'warning: 20 rows of source .gp. have an NHS number that is not in' "$carrick" run exchange.yaml --out asked
grep -q '"rows_not_asked": 20' asked/ingest.json || fail "ingest.json says how many were not asked about"
! grep -qf all output || fail "a message has a number"

# By flag: the row goes, and the same number elsewhere.
{ cat job.yaml; echo 'optouts: {flags: {gp: {column: dissent, values: [9Nu0, XaaVL]}}}'; } > flag.yaml
expect 0 '4 opted out' "$carrick" run flag.yaml --out flagged
[ "$(rows flagged gp)/$(rows flagged hospital)/$(rows flagged council)" = 28/28/30 ] || fail "flags"

! grep -q warning output || fail "a warning without a reason"
# What only looks like a value is no flag, and is told of; so is a flag that nobody has.
sed -i 's/values: .*/values: [9nu0, "9Nu 0", "9Nu0!"]}}}/' flag.yaml
expect 0 "warning: 2 rows of source 'gp' have in column 'dissent' what differs .* in capitals, blanks or quotes alone" "$carrick" run flag.yaml --out flagged
grep -q "warning: No row of source 'gp' has one of the opt-out values" output || fail "a flag that nobody has"
# Values are those of the job also where the extract is not in UTF-8.
sed 's/9Nu0$/N\xe4m\xe4/' gp.csv > latin.csv
sed 's/values: .*/values: [Nämä]}}}/; s/file: gp.csv/file: latin.csv, encoding: windows-1252/' flag.yaml > latin.yaml
expect 0 ' 4 opted out' "$carrick" run latin.yaml --out latin

# After linking: the council's rows of those persons too, and nothing is left of the first linkage.
{ cat job.yaml; echo 'optouts: {list: list.txt, flags: {gp: {column: dissent, values: [9Nu0]}}, after_linking: [council, hospital]}'; } > after.yaml
expect 0 '18 opted out' "$carrick" run after.yaml --out after
[ "$(rows after gp)/$(rows after hospital)/$(rows after council)" = 24/24/24 ] || fail "rows that are linked go"
[ ! -e after/optouts.partial ] || fail "the first linkage is still there"
expect 0 'Nothing to do' "$carrick" run after.yaml --out after
expect 0 '' mpirun --oversubscribe -n 3 "$carrick" run after.yaml --out after3 --threads 1
cmp -s <("$carrick" digest after/*.h5 | sed 's/^[^ ]*//') <("$carrick" digest after3/*.h5 | sed 's/^[^ ]*//') || fail "ranks make another result"

# Opted out since: an update removes the rows and ends the ids; the log does not say why.
sed -i 's/{on: \(forename\|surname\),/&  term_frequency: true,/' job.yaml
expect 0 '' "$carrick" run job.yaml --out old
sed -n 12p all > list.txt
{ sed 's/^link:/&/' job.yaml; echo 'optouts: {list: list.txt, after_linking: [council]}'; } > new.yaml
expect 0 '3 opted out' "$carrick" update new.yaml --index old --out new
[ "$(grep -c ',retired,' new/ids.csv)" = 1 ] || fail "the id is not retired"
gone="$(cat list.txt)|$(grep "$(cat list.txt)" gp.csv | cut -d, -f3,4 | tr , '|')|g11|h11"
grep -rqaE "$gone" old || fail "what to look for"
! grep -rqaE "$gone" new || fail "of somebody who opted out there is something after the update: $(grep -rlaE "$gone" new)"
for digest in md5sum sha1sum sha256sum sha512sum; do
    ! grep -rqai "$(printf %s "$(cat list.txt)" | $digest | cut -d' ' -f1)" new || fail "the number's hash is somewhere after the update"
done
# Links weigh what they weighed: how many records there were when the model was trained stays known.
weights() { "$carrick" export links "$1" 2> /dev/null | awk -F, 'NR > 1 {print $2 "-" $4 "," $5}' | sort; }
[ "$(weights new | wc -l)" -gt 80 ] && [ -z "$(comm -13 <(weights old) <(weights new))" ] || fail "links weigh something else after an opt-out"
frequency() { "$carrick" explain "$1" g00 h00 2> /dev/null | grep '^term frequencies'; }
[ -n "$(frequency old)" ] && [ "$(frequency old)" = "$(frequency new)" ] || fail "values are as frequent as they were: $(frequency old), $(frequency new)"
# The same in a folder that was used before.
cp -r old used
expect 0 '3 opted out' "$carrick" run new.yaml --out used
! grep -rqaE "$gone" used || fail "of somebody who opted out there is something in the folder: $(grep -rlaE "$gone" used)"
# Back again: the rows return, under an id that nobody had.
mv list.txt away && : > list.txt
expect 0 '0 opted out' "$carrick" update new.yaml --index new --out back
[ "$(rows back gp)/$(rows back council)" = 30/30 ] && "$carrick" export index back 2> /dev/null | grep -q '^gp,g11,31$' || fail "somebody who is back"
mv away list.txt
# ... also with an extract of changes, from the rows that it goes on from.
head -1 gp.csv > changes.csv
sed 's/file: gp.csv/file: changes.csv, extract: changes/; s/, after_linking: \[council\]//' new.yaml > changes.yaml
expect 0 '2 opted out' "$carrick" update changes.yaml --index old --out changed
[ "$(rows changed gp)" = 29 ] || fail "rows that an extract of changes goes on from"

# What cannot be.
echo abc >> list.txt
expect_error 3 'list.txt, line 2 is no valid NHS number' "$carrick" run list.yaml --out listed
bad() { { cat job.yaml; echo "optouts: $2"; } > bad.yaml; expect_error 2 "$1" "$carrick" run bad.yaml --out bad; }
bad "'sent' and 'returned' belong together" '{sent: sent.dat}'
bad 'no column of kind nhs_number' '{list: all, applies_to: [council]}'
bad "did you mean 'gp'" '{list: all, applies_to: [gpp]}'
bad 'is of kind name' '{list: all, column: surname}'
bad "has no column 'disent'" '{flags: {gp: {column: disent, values: [x]}}}'
expect_error 2 "takes 'request' or 'apply'" "$carrick" optout ask job.yaml
expect_error 2 "has no 'optouts'" "$carrick" optout apply job.yaml
finish
