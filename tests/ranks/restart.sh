#!/usr/bin/env bash
# A run that is stopped or killed again and again, each time carried on by another number of ranks, gives the bytes of one that nobody stopped; and it
# carries on: what runs hold is not done again.
# usage: restart.sh CARRICK [KILLS JOB.yaml]      e.g. only 20 random kills, of a large job of one's own
. "$(dirname "$0")/../cli/lib.bash"
. "$tests/ranks/killed.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }
kills=${2:-5}
job=${3:-$scratch/job.yaml}
RANDOM=8
alone_threads=2
export CARRICK_SHARING_RANKS=2

# A block of 12 million pairs.
[ $# -ge 3 ] || {
    few_names 6000 > rows.csv
    { echo 'name: restart'; few_names_sources; echo 'blocking: [[surname, dob], [town]]'; few_names_comparisons; } > "$job"
}

# Of a kind, without a process of its own: a moment is what counts.
runs() {
    local found=(result/unfinished/"$1"-*.run)
    [ -e "${found[0]}" ] && runs=${#found[@]} || runs=0
}
wait_for_runs() { # KIND PID
    for (( ; ; )); do
        runs "$1"
        [ $runs = 0 ] && kill -0 "$2" 2> /dev/null || return
        sleep 0.005
    done
}
same() { # WHAT
    local file
    for file in people.h5 model.json links.h5 index.h5; do
        cmp -s result/$file whole/$file || fail "$1: $file differs from that of a run that nobody stopped"
    done
    [ ! -e result/unfinished ] || fail "$1: unfinished work is left: $(ls result/unfinished)"
}

(on 1 whole "$job") || { fail "the whole run"; cat output; finish; }
[ ! -e whole/unfinished ] || fail "a short run writes runs"

save_all_the_time() {
    for ranks in 1 2 3; do
        rm -rf result
        (CARRICK_SAVE_SECONDS=0.01 on $ranks result "$job") || { fail "saving all the time on $ranks ranks"; cat output; }
        same "saved on $ranks ranks"
    done
}

# While pairs are compared; then another number of ranks carries on.
signal() {
    for kind in cells links; do
        rm -rf result
        on 2 result "$job" &
        pid=$!
        wait_for_runs $kind $pid
        kill -USR1 $pid # which mpirun passes on
        ended $pid
        code=$?
        [ $code = 75 ] || { fail "SIGUSR1 in $kind ends with $code, not 75"; cat output; }
        runs $kind
        [ $runs -gt 0 ] || fail "SIGUSR1 in $kind leaves no runs"
        (on 3 result "$job") || { fail "carrying on after SIGUSR1 in $kind"; cat output; }
        grep -q "^$kind: .* of the work was done before" output || fail "$kind are done again"
        same "SIGUSR1 in $kind"
    done
}

# kill -9 at random moments, each time carried on by another number of ranks, and killed again.
kill_again_and_again() {
    rm -rf result
    started=$(date +%s%N)
    (on 2 result "$job") || fail "the run that is timed"
    took=$((($(date +%s%N) - started) / 1000000))
    rm -rf result
    for ((k = 0; k < kills; k++)); do
        on $((k % 4 + 1)) result "$job" &
        pid=$!
        moment=$(((RANDOM << 15 | RANDOM) % took))
        sleep $((moment / 1000)).$(printf %03d $((moment % 1000)))
        # One rank of several, or the only one; mpirun then ends the others.
        victim=
        [ $((k % 4)) = 0 ] || victim=$(ranks_of $pid | shuf -n 1 --random-source=<(yes $k))
        kill -KILL "${victim:-$pid}" 2> /dev/null
        ended $pid
        left=
        for kind in counts cells links; do
            runs $kind
            left+=", $runs runs of $kind"
        done
        echo "kill $k on $((k % 4 + 1)) ranks after $moment of $took ms$left"
        [ ! -e result/index.h5 ] || [ ! -e result/links.h5 ] || rm -rf result # it had ended: from the beginning
    done
    (on 2 result "$job") || { fail "the last time"; cat output; }
    same "killed $kills times"
}

# It is named.
damage_a_run() {
    rm -rf result
    on 1 result "$job" &
    pid=$!
    wait_for_runs links $pid
    kill -KILL $pid
    ended $pid
    run=$(find result/unfinished -name 'links-*.run' | head -1)
    if [ -z "$run" ]; then
        fail "no run of links to damage"
    else
        cp "$run" kept
        for at in 40 600 $(($(stat -c %s "$run") - 9)); do
            cp kept "$run"
            printf 'x' | dd of="$run" bs=1 seek="$at" conv=notrunc 2> /dev/null
            expect_error 5 "'result/unfinished/links-.*\.run' is damaged; remove it" "$carrick" run "$job" --out result --quiet
        done
        truncate -s -100 "$run"
        expect_error 5 "is damaged; remove it" "$carrick" run "$job" --out result --quiet
        rm "$run"
        (on 2 result "$job") || { fail "after the damaged run was removed"; cat output; }
        same "a damaged run removed"
    fi
}

[ $# -ge 3 ] || save_all_the_time
export CARRICK_SAVE_SECONDS=0.02
[ $# -ge 3 ] || signal
kill_again_and_again
[ $# -ge 3 ] || damage_a_run
finish
