#!/usr/bin/env bash
# The least --memory that a stage says would do does, on 1 and 3 ranks: its peak stays within, keys are read out of rows and groups are weighed
# some at a time, to the same bytes; less is refused.
. "$(dirname "$0")/../cli/lib.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }
slack=$((6 << 20)) # MPI takes some when it likes

on() { # RANKS ARGUMENT...
    if [ "$1" = 1 ]; then
        "$carrick" "${@:2}" --threads 1 --quiet
    else
        mpirun --oversubscribe -n "$1" "$carrick" "${@:2}" --threads 1 --quiet
    fi > output 2>&1 < /dev/null
}
peak_of() { # STAGE: of the largest rank
    tr -d ' \n' < result/run.json | grep -oE "\"name\":\"$1\"[^}]*\"peak_rss_bytes\":[0-9]+" | grep -oE '[0-9]+$'
}

"$carrick" synth --rows 40000 --seed 3 --out region --quiet || fail "synth"
sed -i '/^cluster:/d' region/job.yaml
echo 'cluster: merge' >> region/job.yaml
(on 1 run region/job.yaml --out whole) || { fail "the whole run"; cat output; finish; }
declare -A file=([train]=model.json [link]=links.h5 [cluster]=index.h5 [evaluate]=evaluation.json)

for ranks in 1 3; do
    rm -rf result
    cp -r whole result
    for stage in train link cluster evaluate; do
        what="$stage on $ranks ranks"
        rm -f "result/${file[$stage]}"
        least=1
        # Training builds engines for its sessions, too, and is told of each in turn.
        for try in 1 2 3 4; do
            on "$ranks" "$stage" result --memory "${least}M" && break
            told=$(grep -oE 'needs [0-9.]+ MiB at least' output | grep -oE '[0-9.]+' | head -n 1)
            [ -n "$told" ] || { fail "$what does not do with ${least}M, and does not say what would: $(head -2 output)"; break; }
            least=$(awk -v mib="$told" 'BEGIN { printf "%d", mib + 3 }') # it is measured, and varies a little
        done
        [ "$try" -gt 1 ] || fail "$what is not refused with 1M"
        cmp -s "result/${file[$stage]}" "whole/${file[$stage]}" || fail "$what with ${least}M makes another ${file[$stage]}"
        peak=$(peak_of $stage)
        [ "${peak:-0}" -gt 0 ] || fail "$what: no peak"
        [ "${peak:-0}" -le $(((least << 20) + slack)) ] || fail "$what takes $((peak >> 20)) MiB of ${least}"
        echo "$what: $((peak >> 20)) MiB of ${least}"
    done
done
finish
