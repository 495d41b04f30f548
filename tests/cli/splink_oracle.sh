#!/usr/bin/env bash
# Splink models on open data: Splink's own pairs, levels and weights, with shuffled rows, on 1, 2 and 4 ranks.
here=$(cd "$(dirname "$0")" && pwd)
oracle=$here/../../../shared/oracle
. "$(dirname "$0")/lib.bash"
. "$here/splink.bash"
[ -d "$oracle" ] || { echo "no $oracle"; exit 77; }

for folder in "$oracle"/*/; do
    name=$(basename "$folder")
    gunzip -c "$folder/pairs.csv.gz" > pairs.csv
    mkdir -p plain shuffled
    rm -f plain/* shuffled/*
    for input in "$folder"/input*.csv.gz; do
        gunzip -c "$input" > "plain/$(basename "$input" .gz)"
        shuffle "plain/$(basename "$input" .gz)" > "shuffled/$(basename "$input" .gz)"
    done
    ranks=1 score result "$folder/model.json" plain/*.csv && agree pairs.csv result.csv || fail "$name"
    mv result.csv first.csv
    for ranks in 1 2 4; do
        [ $ranks = 1 ] || command -v mpirun > /dev/null || continue
        score result "$folder/model.json" shuffled/*.csv && cmp first.csv result.csv || fail "$name, shuffled, on $ranks ranks"
    done
    ranks=1
    "$carrick" export --splink out.json result --quiet || fail "$name: no model out"
    score again out.json plain/*.csv && cmp first.csv again.csv || fail "$name: other scores with the model that was written"
done
finish
