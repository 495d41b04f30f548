# What the tests of the programmes share. Each is called with the carrick program, and 'quick' for a hundredth of the published size in place of a tenth.
programmes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../jobs/programmes" && pwd)
. "$programmes/../../tests/cli/lib.bash"
export CARRICK=$carrick
size=${2:-tenth}

# people TENTH HUNDREDTH: how many the made-up region has.
people() { if [ "$size" = quick ]; then echo "$2"; else echo "$1"; fi; }

# quality FOLDER PRECISION RECALL: of pairs inside persons, as the run has evaluated them, at the least.
quality() {
    grep -m1 -o '"closure": {[^}]*' "$1/evaluation.json" | sed 's/.*"precision": \([0-9.]*\), "recall": \([0-9.]*\).*/\1 \2/' |
        awk -v p="$2" -v r="$3" -v of="$1" '{ok = $1 >= p && $2 >= r; print "pairs inside persons of " of ": precision " $1 ", recall " $2} END {exit !ok}' ||
        fail "precision and recall of $1 are below $2 and $3"
}

# same_on_two_ranks JOB: the index in 'one', which is made here too.
same_on_two_ranks() {
    expect 0 '' "$carrick" run "$1" --out one
    command -v mpirun > /dev/null || return
    expect 0 '' mpirun --oversubscribe -n 2 "$carrick" run "$1" --out two --threads 1
    cmp -s <("$carrick" digest one/index.h5 | cut -d' ' -f2-) <("$carrick" digest two/index.h5 | cut -d' ' -f2-) || fail "another index on two ranks"
    [ "$("$carrick" digest one/index.h5 | wc -l)" -ge 3 ] || fail "the index has hardly any dataset"
}

# same_ids OLD NEW SHARE: of the rows that two result folders have, at least this share has the person id that it had.
same_ids() {
    for folder in "$1" "$2"; do
        "$carrick" export index "$folder" --quiet | tail -n +2 | sed 's/,/ /' | sort -t, -k1,1 > "$folder.ids"
    done
    join -t, "$1.ids" "$2.ids" | awk -F, -v least="$3" '{same += $2 == $3} END {print same " of " NR " rows keep their person id"; exit !(NR > 0 && same >= least * NR)}' ||
        fail "ids of $1 are not kept in $2"
}

# released TABLE: it has rows, each with a key, and no identifier's header.
released() {
    [ "$(wc -l < "$1")" -gt 1 ] || fail "$1 has no rows"
    head -1 "$1" | grep -qE '^(person|household)_key,' || fail "the header of $1"
}

# no_identifiers FOLDER: none of those in identifiers.txt of this folder. The same search finds each column of the first extract in a copy of the folder, as it is or hashed.
no_identifiers() {
    command -v python3 > /dev/null || return 0
    local extract column way
    expect 0 'none of [1-9]' python3 "$programmes/search_release.py" "$1" identifiers.txt
    cat output
    extract=$(sed -n 's/^\([^#:]*\):.*/\1/p' identifiers.txt | head -1)
    cp -r "$1" leaky && sed -n 2p "$extract" >> "leaky/$(ls "$1" | grep -m1 'csv$')"
    for column in $(sed -n "s|^$extract: *||p" identifiers.txt | tr ',' '\n' | sed 's/<.*//' | grep -v '[+]'); do
        awk -F, -v column="$column" 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == column) c = i} NR > 2 && length($c) > 4 {printf "%s", $c; exit}' "$extract" | sha256sum > "leaky/$column.txt"
    done
    grep "^$extract:" identifiers.txt > first.txt
    expect 1 "csv holds 1 values of" python3 "$programmes/search_release.py" leaky first.txt
    for way in leaky/*.txt; do
        column=$(basename "$way" .txt)
        grep -q "$column.txt holds 1 values of $column" output || fail "the hash of a value of $column is not found"
    done
    rm -r leaky first.txt
}

# hidden TABLE LEAST MOST: so many counts are hidden, and none of 1 to MOST is shown.
hidden() {
    awk -F, -v least="$2" -v most="$3" 'NR > 1 {n += $NF !~ /^[0-9]+$/; if ($NF ~ /^[0-9]+$/ && $NF > 0 && $NF <= most) bad = 1} END {print n " counts hidden of " NR - 1; exit bad || n < least}' "$1" ||
        fail "small counts of $1"
}
