#!/usr/bin/env bash
# A rank that is slow on purpose, each unit of pairs taking it 300 ms more, does not hold the others: they take over most of its units, with rows in common and
# without, to the same bytes; also in training, and where a rank is killed meanwhile and another number of them carries on. usage: slow.sh CARRICK
. "$(dirname "$0")/../cli/lib.bash"
. "$tests/ranks/killed.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }

# Twelve million pairs in some hundred and fifty units: many blocks, one giant, a rule whose keys are sets.
awk 'BEGIN { print "id,forename,surname,dob,town"; split("Ann Anne Bob Rob Cat Kat Dee", f); split("Fox Foxe Hall Hill Lee", s);
    for (i = 1; i <= 9000; i++) printf "r%d,%s,%s%d,%s,%s\n", i, i % 11 ? f[i % 7 + 1] : "", s[i * 7 % 5 + 1], i % 3,
        i % 13 ? sprintf("19%02d-0%d-11", i % 90 + 10, i % 9 + 1) : "", i % 2 ? "York" : "Leeds" i % 40 }' > rows.csv
{ echo 'name: slow'; few_names_sources; echo 'blocking: [[surname, forename], [dob], [town], [surname.deletions(1), dob]]'; few_names_comparisons; } > job.yaml
at_once() { # RANKS COMMAND...: any command, waited for
    OMPI_MCA_orte_tmpdir_base=$(mktemp -d -p "$scratch") timeout -s KILL 120 mpirun --oversubscribe -n "$1" "$carrick" "${@:2}" --threads 1 --quiet > output 2>&1 < /dev/null
}
prepare() { # a folder in which the links are still to be made
    rm -rf slow
    cp -r whole slow
    rm slow/links.h5 slow/index.h5
}
same() { # WHAT
    local file
    for file in people.h5 model.json links.h5 index.h5; do
        cmp -s slow/$file whole/$file || fail "$1: $file differs"
    done
}
linked() { tr -d ' \n' < slow/run.json | grep -oE '"name":"link","seconds":[^,]*|"compared_by_rank":\[[^]]*' | tr -d '"' | sed 's/.*[:[]//'; }

"$carrick" run job.yaml --out whole --quiet > output 2>&1 || { fail "the whole run"; cat output; finish; }
prepare
CARRICK_FAULT=count at_once 2 link slow
grep -q '^fault unit ' output || { echo "skipped: this build has no faults (CARRICK_FAULTS)"; exit 77; }
units=$(awk '$1 == "fault" && $2 == "unit" { n += $4 } END { print n }' output)

for layout in "2 0 2" "2 1 1" "3 2 1" "4 1 2"; do
    read -r ranks slow sharing <<< "$layout"
    what="rank $slow of $ranks is slow, $sharing share memory"
    prepare
    CARRICK_SHARING_RANKS=$sharing CARRICK_FAULT=unit:$slow:1:slow:300 at_once "$ranks" run job.yaml --out slow || { fail "$what"; cat output; }
    same "$what"
    read -r seconds pairs <<< "$(linked | tr '\n' ' ')"
    echo "$what: linking took ${seconds:0:4} s; pairs by rank: $pairs"
    # Its share is a mean one; a busy machine slows the others, too.
    awk -v pairs="$pairs" -v slow=$((slow + 1)) 'BEGIN { n = split(pairs, of, ","); for (r in of) all += of[r]; exit !(of[slow] < 0.6 * all / n) }' ||
        fail "$what: the others do not help"
done

# Training, too, in which passes of rules and of groups change places.
rm -rf slow
CARRICK_SHARING_RANKS=1 CARRICK_FAULT=unit:1:1:slow:20 at_once 2 run job.yaml --out slow || { fail "slow training"; cat output; }
same "slow training"

# A rank is killed in the midst of what it took over; another number of ranks carries on.
prepare
CARRICK_SAVE_SECONDS=0.05 CARRICK_FAULT=unit:1:$((units / 3)):kill at_once 2 link slow && fail "rank 1 was not killed"
at_once 3 run job.yaml --out slow || { fail "carrying on"; cat output; }
same "killed and carried on"
finish
