# What the tests of programmes share, after tests/cli/lib.bash.
export CARRICK=$carrick

quality() { # FOLDER PRECISION RECALL: of pairs inside persons, at least
    grep -o '"closure": {[^}]*' "$1/evaluation.json" | sed 's/.*"precision": \([0-9.]*\), "recall": \([0-9.]*\).*/\1 \2/' |
        awk -v p="$2" -v r="$3" '$1 >= p && $2 >= r {ok = 1} END {exit !ok}' || fail "quality of $1: $(grep -o '"closure": {[^}]*' "$1/evaluation.json" | cut -c1-90)"
}

same_on_two_ranks() { # JOB: the index in 'one', which is made here too
    expect 0 '' "$carrick" run "$1" --out one
    command -v mpirun > /dev/null || return
    expect 0 '' mpirun --oversubscribe -n 2 "$carrick" run "$1" --out two --threads 1
    cmp -s <("$carrick" digest one/index.h5 | cut -d' ' -f2-) <("$carrick" digest two/index.h5 | cut -d' ' -f2-) || fail "another index on two ranks"
    [ "$("$carrick" digest one/index.h5 | wc -l)" -ge 3 ] || fail "the index has hardly any dataset"
}
