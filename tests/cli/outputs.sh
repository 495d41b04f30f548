#!/usr/bin/env bash
# Every output that docs/outputs.md promises a programme is there: its commands have help, its files come of a small job. And what describe says.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
small_set
echo '13,Zoe' >> people.csv                                     # a ragged row
sed -i 's|^    id: id|&\n    rejects: 1|' job.yaml
"$carrick" run job.yaml --out result --quiet > /dev/null || fail "the run"
"$carrick" evaluate result --table result/table.csv --quiet > /dev/null
"$carrick" evaluate result --by postcode.area --quiet > /dev/null
"$carrick" estimate result --quiet > /dev/null
"$carrick" sensitivity result --bootstrap 1 --quiet > /dev/null
"$carrick" review sample result --n 9 --out clerical --show-values --quiet
awk -F, 'NR == 1 { print "pair,answer"; next } { print $1 ",match" }' clerical/pairs.csv > answers.csv
"$carrick" review import result --answers answers.csv > /dev/null
printf 'id_l,id_r,score\n1,2,1\n' > labels.csv
"$carrick" evaluate result --labels labels.csv > /dev/null
"$carrick" describe result --by postcode.area --quiet || fail "describe"
"$carrick" report result --quiet || fail "report"

# The table of docs/outputs.md: | number | output | commands | files |
table=$(awk '/^## What programmes ask for/ { inside = 1; next } /^## / { inside = 0 } inside && /^\| [0-9]+ \|/' "$here/../../docs/outputs.md")
[ "$(cut -d'|' -f2 <<< "$table" | xargs)" = "$(seq 20 | xargs)" ] || fail "the rows of the table: $(cut -d'|' -f2 <<< "$table" | xargs)"
while IFS='|' read -r _ number _ commands files _; do
    commands=$(grep -o '`carrick [^`]*`' <<< "$commands" | tr -d '`')
    files=$(grep -oE '`[a-z0-9.-]+\.[a-z0-9]+`' <<< "$files" | tr -d '`')
    [ -n "$commands$files" ] || fail "row $number names nothing"
    while read -r _ command options; do
        [ -n "$command" ] || continue
        "$carrick" "$command" --help > help 2>&1 || fail "row $number: there is no carrick $command"
        for word in $options; do
            case $word in --*) grep -q -- "$word" help || fail "row $number: carrick $command has no $word" ;; esac
        done
    done <<< "$commands"
    for file in $files; do
        [ -s "result/$file" ] || fail "row $number: $file is not there"
        grep -q "$file" <(sed '/^## What programmes ask for/,/^## /d' "$here/../../docs/outputs.md") || fail "row $number: docs/outputs.md does not describe $file"
    done
done <<< "$table"

# The flow adds up: read = rejected + rows, and all records are linked by a rule, by others, or not.
[ "$(grep -c '^rows rejected,register,1$' result/flow.csv)" = 1 ] && grep -q '^rows read,register,13$' result/flow.csv || fail "rows read and rejected: $(cat result/flow.csv)"
awk -F, '/^records,/ { all = $NF } /^records (first|linked|not)/ { sum += $NF } END { exit all != sum || all != 12 }' result/flow.csv || fail "records: $(cat result/flow.csv)"
# Links inside persons by hand.
"$carrick" export index result | awk -F, 'NR == FNR { if (FNR > 1) person[$2] = $3; next } FNR > 1 && $5 >= 2 && person[$2] == person[$4] { n++ } END { print n + 0 }' - <("$carrick" export links result) > by_hand
[ "$(sed -n 's/^links inside persons,,//p' result/flow.csv)" = "$(cat by_hand)" ] || fail "links inside persons: $(grep inside result/flow.csv) instead of $(cat by_hand)"
[ "$(awk -F, 'NR > 1 { n += $1 * $2; links += $4 } END { print n, links }' result/persons.csv)" = "12 $(cat by_hand)" ] || fail "persons by size: $(cat result/persons.csv)"
awk -F, 'NR == 2 { all = $5 + $6 } $1 == "postcode.area" { n += $5 + $6 } END { exit all != 12 || n != 12 }' result/linked.csv || fail "match rates: $(cat result/linked.csv)"
"$carrick" export links result | awk -F, 'NR > 1 { n[$8 "," $9 "," $10 "," $11]++ } END { for (k in n) print k "," n[k] }' | sort > by_hand
tail -n +2 result/patterns.csv | cut -d, -f1-5 | sort | diff - by_hand > /dev/null || fail "patterns: $(cat result/patterns.csv)"
grep -q '^records,register,source,' result/conflicts.csv || fail "conflicts: $(cat result/conflicts.csv)"
grep -q 'RECORD 6.3' result/statement.md && grep -q 'To be written by people' result/statement.md || fail "the statement"

# Any number of ranks writes the same bytes.
if command -v mpirun > /dev/null; then
    for ranks in 2 4; do
        mpirun --oversubscribe -n $ranks "$carrick" describe result --by postcode.area --out ranks --quiet 2> /dev/null || fail "describe on $ranks ranks"
        for file in flow.csv linked.csv persons.csv conflicts.csv patterns.csv statement.md; do
            cmp -s "result/$file" "ranks/$file" || fail "$file of $ranks ranks differs"
        done
    done
fi

# For publishing: no count below the limit, and no lone hidden row of a group.
expect_error 2 'needs --out FOLDER' "$carrick" describe result --suppress 5
"$carrick" describe result --by postcode.area --show-values --suppress 5 --out public --quiet || fail "the public tables"
for file in flow.csv persons.csv conflicts.csv; do
    awk -F, 'NR > 1 { for (k = 2; k <= NF; k++) if ($k ~ /^[1-4]$/) exit 1 }' "public/$file" || fail "$file tells a small count: $(cat "public/$file")"
done
awk -F, 'NR > 1 && $5 != "" && ($5 > 0 && $5 < 5 || $6 > 0 && $6 < 5) { exit 1 }' public/linked.csv || fail "linked.csv tells a small count: $(cat public/linked.csv)"
awk -F, 'NR > 1 { n[$1] += $4; m[$1]++ } END { for (k in n) if (n[k] == 1 && m[k] > 1) exit 1 }' public/linked.csv || fail "a lone hidden row: $(cat public/linked.csv)"
awk -F, 'NR > 1 && $5 < 5 { exit 1 }' public/patterns.csv || fail "patterns.csv tells a small count: $(cat public/patterns.csv)"
finish
