#!/usr/bin/env bash
# A job of stages gives the same bytes at 1 to 4 ranks x 1, 2 threads: each stage's links, persons, model, evaluation and ties, and the whole's.
programme=$(cd "$(dirname "$0")/../../jobs/programmes/tower-hamlets" && pwd) || exit 1
. "$(dirname "$0")/../cli/lib.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }
"$carrick" synth --shape tower-hamlets --people 150 --seed 5 --out data --quiet || fail "no borough"
cp "$programme/job.yaml" job.yaml

fingerprint() { # FOLDER
    local folder
    for folder in "$1" "$1"/stages/*; do
        echo "${folder#"$1"}"
        "$carrick" digest "$folder/links.h5" "$folder/index.h5" | cut -d' ' -f2-
        for file in model.json evaluation.json ties.csv; do
            [ ! -e "$folder/$file" ] || echo "$file $(cksum < "$folder/$file")"
        done
    done
}

on() { # RANKS THREADS OUT
    if [ "$1" = 1 ]; then
        "$carrick" run job.yaml --out "$3" --threads "$2" --quiet
    else
        CARRICK_SHARING_RANKS=$(($1 == 3 ? 1 : 2)) mpirun --oversubscribe -n "$1" "$carrick" run job.yaml --out "$3" --threads "$2" --quiet
    fi
}

on 1 1 first > log 2>&1 || { cat log; fail "one rank"; }
fingerprint first > wanted
[ "$(grep -c '^/\|^$' wanted)" -ge 5 ] || fail "too few stages are compared"
[ "$(wc -l < wanted)" -ge 40 ] || fail "too little is compared"
for way in "1 2" "3 2" "4 1"; do
    rm -rf other
    on $way other > log 2>&1 || { cat log; fail "ranks and threads $way"; continue; }
    fingerprint other > found
    cmp -s wanted found || { diff wanted found | head -20; fail "ranks and threads $way give other bytes"; }
done
finish
