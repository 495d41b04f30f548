#!/usr/bin/env bash
# The whole engine gives the same bytes at 1, 2, 3, 4 ranks x 1, 2 threads: every dataset of people, links and index, and
# every exported CSV. A made-up region, and inputs that are awkward to share out.
. "$(dirname "$0")/../cli/lib.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }

# on RANKS THREADS ARGUMENT...
on() {
    local ranks=$1 threads=$2
    shift 2
    if [ "$ranks" = 1 ]; then
        "$carrick" "$@" --threads "$threads" --quiet
    else
        # Three ranks share no memory, four share two by two, as if on two machines.
        CARRICK_SHARING_RANKS=$((ranks == 3 ? 1 : 2)) mpirun --oversubscribe -n "$ranks" "$carrick" "$@" --threads "$threads" --quiet
    fi
}

# What may not differ, as text: hashes of datasets (without the path), the model and its evaluation; and, when RANKS is
# not 0, hashes of the CSVs as that many ranks export them.
fingerprint() { # RANKS FOLDER
    local what
    "$carrick" digest "$2/people.h5" "$2/links.h5" "$2/index.h5" | cut -d' ' -f2-
    echo "model $(cksum < "$2/model.json")"
    [ ! -e "$2/evaluation.json" ] || echo "evaluation $(cksum < "$2/evaluation.json")"
    [ "$1" != 0 ] || return 0
    for what in links index people; do
        echo "$what $(on "$1" 1 export $what "$2" | cksum)"
    done
}

# same NAME RANKS...: what NAME.yaml gives on one rank and thread is what all others must give.
same() {
    local name=$1 ranks threads exporters
    shift
    on 1 1 run "$name.yaml" --out "$name.1" > log 2>&1 || { cat log; fail "$name on one rank"; return; }
    fingerprint 1 "$name.1" > "$name.expected" 2> log || { cat log; fail "$name: exports on one rank"; return; }
    [ "$(grep -c '^/' "$name.expected")" -ge 15 ] || fail "$name: too few datasets are compared"
    for ranks in "$@"; do
        for threads in 1 2; do
            [ "$ranks $threads" = "1 1" ] && continue
            rm -rf other
            on "$ranks" "$threads" run "$name.yaml" --out other > log 2>&1 || { cat log; fail "$name on $ranks ranks x $threads threads"; continue; }
            # Threads take no part in exporting, so one export a number of ranks is enough.
            exporters=$((threads == 1 || ranks == 1 ? ranks : 0))
            fingerprint $exporters other > found 2> log || cat log
            if [ $exporters = 0 ]; then
                grep -vE '^(links|index|people) ' "$name.expected" > wanted
            else
                cp "$name.expected" wanted
            fi
            diff wanted found > difference || { fail "$name differs on $ranks ranks x $threads threads"; cat difference; }
        done
    done
}

region=$scratch/region
"$carrick" synth --rows 4000 --seed 3 --out "$region" --quiet || fail "synth"
mpirun --oversubscribe -n 3 "$carrick" synth --rows 4000 --seed 3 --out region.3 --quiet || fail "synth on three ranks"
diff -r "$region" region.3 > difference || { fail "synth differs on three ranks"; head -3 difference; }
cp "$region"/* .
mv job.yaml region.yaml
same region 1 2 3 4

# ---- awkward inputs: one job, other rows ----
comparisons='comparisons:
  - {on: forename, levels: [exact, jaro_winkler 0.9], term_frequency: true}
  - {on: surname, levels: [exact, levenshtein 1]}
  - {on: dob, levels: [exact, levenshtein 1]}
  - {on: town, levels: [exact]}
train: {least_free: 1}
floor: -100'
write_job() { # NAME BLOCKING [EXTRA LINE OF THE SOURCE]
    cat > "$1.yaml" << END
name: $1
sources:
  - name: only
    file: $1.csv
    id: id
${3:+    $3}
    columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, town: {as: text}}
blocking: $2
$comparisons
END
}
# rows N: people with few names, so that every block is big; some values missing.
rows() {
    awk -v n="$1" 'BEGIN { print "id,forename,surname,dob,town"; split("Ann Anne Bob Rob Cat Kat Dee", f); split("Fox Foxe Hall Hill Lee", s);
        for (i = 1; i <= n; i++) printf "r%d,%s,%s,%s,%s\n", i, i % 11 ? f[i % 7 + 1] : "", s[i * 7 % 5 + 1],
            i % 13 ? sprintf("19%02d-0%d-11", i % 90 + 10, i % 9 + 1) : "", i % 3 ? "York" : "Leeds" }'
}

rows 3 > few.csv # fewer rows than ranks
write_job few '[[surname], [dob]]'
same few 2 4

rows 900 > giant.csv # every record in one block
sed -i 's/,\(York\|Leeds\)$/,York/' giant.csv
write_job giant '[[town]]'
same giant 2 4

rows 3000 > cut.csv # a block of 4.5 million pairs, which is cut into segments that ranks share
sed -i 's/,\(York\|Leeds\)$/,York/' cut.csv
write_job cut '[[surname, dob], [town]]'
sed -i '/^floor:/d' cut.yaml
echo 'floor: 12' >> cut.yaml
same cut 2 3

rows 300 | sed -E 's/,(York|Leeds)$/,/' > blank.csv # a column without a value
write_job blank '[[town], [surname, dob], [forename]]'
same blank 2 3

rows 1 > single.csv # no pair at all
write_job single '[[surname]]'
same single 2

rows 500 | sed -E '2,$s/^r([0-9]+)/r\1/' > capped.csv # caps, filters, several keys a record, a rule across columns
write_job capped '[{keys: [surname], max_block: 60}, {keys: [town], where: "levenshtein dob 2"}, [forename.deletions], ["forename = surname"]]'
same capped 2 4

rows 400 > events.csv # rows that are the same record
tail -n +2 events.csv | sed 's/^r/s/' | head -300 >> events.csv
write_job events '[[surname], [dob]]' 'collapse: [forename, dob]'
same events 2 4

# two sources, one of them empty but for its header; then both full
two_sources() { # NAME
    cat > "$1.yaml" << END
name: $1
link: $2
sources:
  - {name: east, file: $1.east.csv, id: id, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, town: {as: text}}}
  - {name: west, file: $1.west.csv, id: id, unique: true, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, town: {as: text}}}
blocking: [[surname], [dob]]
$comparisons
END
}
rows 200 > hollow.east.csv
rows 0 > hollow.west.csv
two_sources hollow link_and_dedupe
same hollow 2 4
rows 250 > pair.east.csv
rows 240 | sed '2,$s/Ann/Anna/' > pair.west.csv
two_sources pair link
same pair 2 3 4
finish
