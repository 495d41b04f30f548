#!/usr/bin/env bash
# A job of stages that is stopped (SIGTERM) or killed (kill -9) while its second stage compares pairs, and carried on by another number of ranks, gives the bytes of one
# that nobody stopped; the first stage is not done again, and the second goes on where it was.
. "$(dirname "$0")/../cli/lib.bash"
. "$tests/ranks/killed.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }

# The second stage has a block of a million pairs.
few_names 2000 > rows.csv
{
    echo 'name: restart'
    few_names_sources
    cat << 'END'
stages:
  - {name: first, rules: [{name: all, when: [exact forename, exact surname, exact dob, exact town], unique: both}]}
  - name: second
    blocking: [[surname, dob], [town]]
END
    few_names_comparisons | sed 's/^/    /'
} > job.yaml

alone_threads=2
export CARRICK_SHARING_RANKS=2
is_at() { compgen -G "result/stages/second/unfinished/$1-*.run" > /dev/null; }
wait_until_at() { # KIND PID
    until is_at "$1" || ! kill -0 "$2" 2> /dev/null; do sleep 0.005; done
}
bytes() { # FOLDER
    "$carrick" digest "$1"/people.h5 "$1"/links.h5 "$1"/index.h5 "$1"/stages/*/links.h5 "$1"/stages/*/index.h5 | sed "s#^$1/##"
    cksum < "$1"/stages/second/model.json
}
carry_on() { # RANKS WHAT KIND
    local made
    made=$(stat -c %Y.%s%i result/stages/first/links.h5)
    (on "$1" result job.yaml) || { fail "carrying on after $2"; cat output; }
    [ "$made" = "$(stat -c %Y.%s%i result/stages/first/links.h5)" ] || fail "$2: the first stage was done again"
    grep -q "^$3: .* of the work was done before" output || { fail "$2: $3 are done again"; cat output; }
    bytes result | diff - wanted > /dev/null || fail "$2: the bytes are not those of a run that nobody stopped"
    [ ! -e result/stages/second/unfinished ] || fail "$2: unfinished work is left"
}

(on 1 whole job.yaml) || { fail "the whole run"; cat output; finish; }
bytes whole > wanted
[ "$(wc -l < wanted)" -gt 40 ] || fail "too little is compared"
export CARRICK_SAVE_SECONDS=0.01
for way in "TERM 2 1 cells" "KILL 1 2 links"; do
    read -r signal ranks then kind <<< "$way"
    rm -rf result
    on "$ranks" result job.yaml &
    pid=$!
    wait_until_at "$kind" $pid
    victims=$pid # the program itself, or mpirun's ranks, all of which a batch system tells to stop
    [ "$ranks" = 1 ] || victims=$(ranks_of $pid)
    for victim in $victims; do kill -$signal "$victim" 2> /dev/null; done
    ended $pid
    code=$?
    [ $signal = KILL ] || [ $code = 75 ] || { fail "SIGTERM in $kind ends with $code, not 75"; cat output; }
    is_at "$kind" || fail "$way: no unfinished $kind"
    carry_on "$then" "$signal in $kind on $ranks ranks" "$kind"
done
finish
