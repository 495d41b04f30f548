#!/usr/bin/env bash
# The programme nwl-social-care: a key for every client, a release without identifiers, the next quarter as an update.
. "$(dirname "$0")/programme.bash"

cp "$programmes"/nwl-social-care/*.yaml "$programmes"/nwl-social-care/identifiers.txt .
people=$(people 90000 9000)
expect 0 '' "$carrick" synth --shape nwl-social-care --people "$people" --out data --quiet
expect 0 '' "$carrick" run job.yaml --out result --quiet
quality result 0.998 0.998

# Every event is traced, by which step, with which score and code; who is found is the right one.
expect 0 'cross_check' "$carrick" trace result/stages/numbers
head -1 result/stages/numbers/trace.csv | grep -q '^source,id,number,step,indicator,score,.*,code$' || fail "the header of trace.csv"
awk -F, 'FILENAME ~ /truth/ {entity[$1 "," $2] = $3; next} FILENAME ~ /patients/ {if (FNR > 1) of[$2] = entity["patients," $1]; next}
    FNR > 1 {n++; code[$NF]++; if ($NF == "00") {found++; right += of[$3] == entity[$1 "," $2]; step[$4]++}}
    END {printf "%d events traced, %d found, %d rightly\n", n, found, right; exit !(found > 0.8 * n && right >= 0.999 * found && step["cross_check"] && step["alphanumeric"] && step["algorithmic"] && code["98"])}' \
    data/truth.csv data/patients.csv result/stages/numbers/trace.csv || fail "what the trace finds"

"$carrick" key release.key > /dev/null 2>&1
expect 0 'rows released' "$carrick" release release.yaml --key release.key
for council in north west south; do released release/$council.csv; done
[ ! -e release/patients.csv ] || fail "patients go out"
no_identifiers release
expect 0 '' "$carrick" tabulate table.yaml --out table.csv
hidden table.csv 1 9

# The second quarter: rows that are still there are of the person that they were of.
mkdir later && cp job.yaml later/
expect 0 '' "$carrick" synth --shape nwl-social-care --people "$people" --quarter 2 --out later/data --quiet
expect 0 '' "$carrick" update later/job.yaml --index result --out next --set as_of=2026-03-31 --quiet
quality next 0.998 0.998
same_ids result next 0.999
finish
