#!/usr/bin/env bash
# A full disk (a small tmpfs, which needs root) and a folder that nobody may write to: one sentence, exit code 5, nothing half-written; with
# room the same command ends well with the right bytes.
. "$(dirname "$0")/../cli/lib.bash"
"$carrick" synth --rows 3000 --seed 5 --out region > /dev/null 2>&1
job=region/job.yaml
outputs="people.h5 model.json links.h5 index.h5 evaluation.json ingest.json"
"$carrick" run $job --out whole --quiet > /dev/null 2>&1 || fail "the whole run fails"
mkdir small
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=64k carrick-test small 2> /dev/null; then
    mkdir closed
    chmod 500 closed
    expect_error 5 'closed' "$carrick" run $job --out closed
    chmod 700 closed
    [ $failures = 0 ] || finish
    echo "no small tmpfs can be mounted here (that needs root): the full disk was left out"
    exit 77
fi
trap 'umount small; rm -rf "$scratch" "$sessions"' EXIT

same_as_whole() { # WHAT
    local file
    for file in $outputs; do
        cmp -s small/result/$file whole/$file || fail "$1: with room, another $file"
    done
}

fill_up() { # RANKS SIZE: whatever the disk takes is whole, and carried on from
    local what="$1 ranks, disk of $2" code start=()
    [ "$1" = 1 ] || start=(mpirun --oversubscribe -n "$1")
    rm -rf small/result
    mount -o remount,size="$2" small
    timeout -s KILL 120 ${start[@]+"${start[@]}"} "$carrick" run $job --out small/result --quiet > output 2>&1 < /dev/null
    code=$?
    if [ $code != 0 ]; then
        [ $code = 5 ] || fail "$what: exit code $code: $(head -3 output)"
        [ "$(grep '^carrick: ' output | grep -vc '^carrick: warning: ')" = 1 ] || fail "$what: not one sentence: $(head -3 output)"
        full=$((full + 1))
    fi
    [ -z "$(find small -name '*.partial')" ] || fail "$what: a temporary file is left"
    mount -o remount,size=64m small
    timeout -s KILL 120 "$carrick" run $job --out small/result --quiet > output 2>&1 || fail "$what: with room it fails: $(head -3 output)"
    same_as_whole "$what"
}

for ranks in 1 2; do
    command -v mpirun > /dev/null || [ $ranks = 1 ] || continue
    full=0
    for size in 4k 16k 64k 128k 256k 384k 512k 640k 1m 1200k 1400k; do
        fill_up $ranks $size
    done
    [ $full -gt 3 ] || fail "only $full of the disks were full"
done

# Files that belong together appear together: none of them where the disk is full before the last.
sed '1s/.*/person_key,seen/; 2,$s/,.*/,2026-01-02/' region/truth.csv > seen.csv
printf 'out: small/collated\ntables: [{file: %s/seen.csv, kind: seen, start: seen}]\n' "$PWD" > collate.yaml
together() { # FOLDER COMMAND...
    local size full=0
    for size in 16k 48k 96k 128k 160k 192k 256k; do
        rm -rf small/*
        mount -o remount,size=$size small
        if ! "${@:2}" --quiet > output 2>&1; then
            full=$((full + 1))
            [ -z "$(find "$1" -type f ! -name audit.jsonl)" ] || fail "$2 $3, disk of $size: $(ls "$1")"
        fi
    done
    [ $full -gt 1 ] || fail "$2 $3: only $full of the disks were full"
    mount -o remount,size=64m small
    "${@:2}" --quiet > output 2>&1 || fail "$2 $3, with room: $(head -3 output)"
}
together small/collated "$carrick" collate --set out="$PWD/small/collated" collate.yaml
together small/clerical "$carrick" review sample whole --n 300 --show-values --out small/clerical
rm -rf small/*
"$carrick" run $job --out small/result --quiet > /dev/null 2>&1

# Read-only: what is up to date needs no writing; what is not says so.
mount -o remount,ro small
expect 0 'Nothing to do' "$carrick" run $job --out small/result
expect_error 5 'small/result' "$carrick" run $job --out small/result --force
expect_error 5 'small' "$carrick" run $job --out small/new
mount -o remount,rw small
same_as_whole "read-only"
finish
