# What the tests of the programmes share; sourced after tests/cli/lib.bash.
programmes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../jobs/programmes" && pwd)
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# quality FOLDER PRECISION RECALL: of pairs inside persons, at the least.
quality() {
    "$carrick" evaluate "$1" --quiet > measures 2>&1 || fail "evaluate $1"
    awk -v p="$2" -v r="$3" '/^pairs inside persons/ && !seen++ {ok = $4 >= p && $5 >= r; print "pairs inside persons of '"$1"': precision " $4 ", recall " $5} END {exit !ok}' measures ||
        fail "precision and recall of $1 are below $2 and $3"
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
    head -1 "$1" | grep -q '^person_key,' || fail "the header of $1"
}

# no_identifiers FOLDER EXTRACT:COLUMNS...: and the same search finds them where they are.
no_identifiers() {
    command -v python3 > /dev/null || return 0
    expect 0 '' python3 "$tests/search_extracts.py" "$@"
    local extract=${2%:*}
    cp -r "$1" leaky && sed -n 2p "$extract" >> "leaky/$(ls "$1" | grep -m1 'csv$')"
    expect 1 'identifiers in' python3 "$tests/search_extracts.py" leaky "${@:2}"
    rm -r leaky
}

# hidden TABLE LEAST: so many cells are suppressed, and none of 1 to 9 is shown.
hidden() {
    awk -F, -v least="$2" 'NR > 1 {n += $NF !~ /^[0-9]+$/; if ($NF ~ /^[1-9]$/) bad = 1} END {print n " cells suppressed of " NR - 1; exit bad || n < least}' "$1" ||
        fail "small cells of $1"
}
