#!/usr/bin/env bash
# Stopped and killed runs at several moments on 1, 2 and 4 ranks: a signal ends with 75 and one sentence, kill -9 with whatever it likes; finished
# stages are kept; the same command on another number of ranks gives the bytes of a run that nobody stopped. And two runs in one folder.
. "$(dirname "$0")/../cli/lib.bash"
. "$tests/ranks/killed.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }
"$carrick" synth --rows 5000 --seed 5 --out region > /dev/null 2>&1
job=region/job.yaml
outputs="people.h5 model.json links.h5 index.h5 evaluation.json ingest.json"

(on 1 whole $job) || fail "the whole run fails"

# A finished stage leaves its output and its entry in run.json; resuming must say that it is up to date.
finished() { grep -oE '"name": "(ingest|train|link|cluster|evaluate)"' result/run.json 2> /dev/null | cut -d'"' -f4; }

resume() { # RANKS WHAT
    local stage kept file
    kept=$(finished)
    (on "$1" result $job) || fail "$2: resuming on $1 ranks fails: $(tail -3 output)"
    for stage in $kept; do
        grep -qE "^$stage +up to date" output || fail "$2: $stage was finished, yet it is made again"
    done
    for file in $outputs; do
        cmp -s result/$file whole/$file || fail "$2: $file differs from that of a run that nobody stopped"
    done
}

stop_one() { # RANKS SIGNAL TARGET SECONDS RESUMING-RANKS
    local what="SIG$2 to $3 of $1 ranks after $4 s" code
    rm -rf result
    (on "$1" result $job) &
    local pid=$!
    until [ -e result/.lock ] || ! kill -0 $pid 2> /dev/null; do sleep 0.02; done
    sleep "$4"
    if [ "$3" = rank ] && [ "$1" != 1 ]; then
        kill -"$2" "$(ranks_of $pid | tail -n 1)" 2> /dev/null
    else
        kill -"$2" $pid 2> /dev/null
    fi
    ended $pid
    code=$?
    if [ "$2" != KILL ] && ! grep -q '^Results are in' output; then
        # mpirun itself answers SIGTERM: it passes it on, gives the ranks two seconds, and ends with a code of its own.
        [ $code = 75 ] || [ "$2$3" = TERMmpirun ] || fail "$what: exit code $code instead of 75: $(tail -3 output)"
        [ "$(grep -c '^carrick: Stopped by a signal; what is done is kept, and the same command carries on.$' output)" = 1 ] ||
            [ "$2$3" = TERMmpirun ] || fail "$what: not one sentence: $(tail -3 output)"
        stopped=$((stopped + 1))
    fi
    # Ranks whose mpirun was killed notice it soon, and let go of the folder.
    for _ in $(seq 100); do
        [ "$1" != 1 ] && [ "$2" = KILL ] && command -v flock > /dev/null || break
        flock --fcntl -n result/.lock true 2> /dev/null && break
        [ $? = 1 ] || { sleep 5; break; }
        sleep 0.1
    done
    resume "$5" "$what"
}

stopped=0
for moment in 0 0.15 0.4 0.8; do
    stop_one 1 TERM rank $moment 2
    stop_one 1 KILL rank $moment 2
    stop_one 2 USR1 mpirun $moment 4
    stop_one 2 TERM rank $moment 1
    stop_one 2 KILL rank $moment 1
    stop_one 4 USR1 rank $moment 2
    stop_one 4 KILL mpirun $moment 1
done
stop_one 2 TERM mpirun 0.3 1
[ $stopped -gt 0 ] || fail "no run was stopped in time"

# The same at exact places, where the build has faults: the signal comes with the n-th taking of memory.
calls=$(CARRICK_FAULT=count "$carrick" run $job --out counted --threads 1 --quiet 2>&1 | sed -n 's/^fault alloc 0 //p')
for place in ${calls:+10 30 50 70 90 97}; do
    rm -rf result
    CARRICK_FAULT=alloc:0:$((calls * place / 100)):stop "$carrick" run $job --out result --threads 1 > output 2>&1
    code=$?
    [ $code = 75 ] || [ $place = 97 ] || fail "stopped at $place %: exit code $code"
    [ "$(find result -name '*.partial' 2> /dev/null | wc -l)" = 0 ] || fail "stopped at $place %: a temporary file is left"
    resume 1 "stopped at $place %"
done

# Two runs into one folder: the second is refused at once; what the first leaves when it is killed is no lock.
rm -rf result
(on 1 result $job) &
first=$!
until [ -e result/run.json ]; do sleep 0.02; done
kill -STOP $first
expect_error 5 "Another run is at work in 'result'" "$carrick" run $job --out result
expect_error 5 "Another run is at work in 'result'" "$carrick" train result
expect 0 '' "$carrick" run $job --out other --quiet
kill -KILL $first
wait $first 2> /dev/null
resume 1 "after a refused run"
finish
