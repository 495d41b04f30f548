#!/usr/bin/env bash
# An extract alone, linked with everything chosen from the data, gives the same rules, figures and results at 1, 2, 4 ranks x 1, 2 threads.
. "$(dirname "$0")/../cli/lib.bash"
command -v mpirun > /dev/null || { echo "no mpirun"; exit 77; }

on() { # RANKS THREADS FOLDER [FILE [OPTION...]]
    local options=("${4:-people.csv}" --out "$3" --threads "$2" --quiet "${@:5}")
    if [ "$1" = 1 ]; then
        "$carrick" run "${options[@]}"
    else
        # Four ranks share memory two by two, as if on two machines.
        CARRICK_SHARING_RANKS=2 mpirun --oversubscribe -n "$1" "$carrick" run "${options[@]}"
    fi > log 2>&1 < /dev/null
}
fingerprint() { # FOLDER
    cat "$1/chosen.yaml" "$1/choice.json" "$1/model.json"
    "$carrick" digest "$1/people.h5" "$1/links.h5" "$1/index.h5" | cut -d' ' -f2-
}

"$carrick" synth --rows 800 --seed 5 --out region --quiet || fail "synth"
cp region/records.csv people.csv
on 1 1 first || { fail "on one rank"; cat log; finish; }
fingerprint first > expected
grep -q '"second_look"' expected || fail "nothing is said of the second look"
[ "$(grep -c 'keys:' first/chosen.yaml)" -ge 2 ] || fail "hardly any rules are chosen"
[ "$(grep -c '^/' expected)" -ge 15 ] || fail "too few datasets are compared"
for ranks in 1 2 4; do
    for threads in 1 2; do
        [ "$ranks $threads" = "1 1" ] && continue
        rm -rf other
        on $ranks $threads other || { fail "$ranks ranks x $threads threads"; cat log; continue; }
        fingerprint other > found
        diff expected found > difference || { fail "differs on $ranks ranks x $threads threads"; head -20 difference; }
    done
done

# Stage by stage, then the rest: the second look is not forgotten.
for stage in ingest choose train; do
    expect 0 '' "$carrick" $stage first/job.yaml --out steps --quiet
done
expect 0 '' "$carrick" run first/job.yaml --out steps --quiet
fingerprint steps > found
diff expected found > difference || { fail "differs when made stage by stage"; head -20 difference; }

# Names and homes alone promise too much: rules are picked once more, from what the first choice left in memory, or, when the run is taken
# up after it, from people.h5.
"$carrick" synth --rows 800 --seed 1 --out other-region --quiet || fail "synth"
cut -d, -f1,3,4,7,8 other-region/records.csv > homes.csv
on 1 1 homes homes.csv --set budget=1 || { fail "on names and homes"; cat log; }
fingerprint homes > expected-homes
grep -q '"first_rules"' homes/choice.json || fail "rules that fall short are not replaced"
keys_of() { sed -n "/^ *\"$1\": \[/,/\]/p" homes/choice.json | grep -o '"keys".*'; }
[ -n "$(keys_of first_rules)" ] && [ "$(keys_of rules)" != "$(keys_of first_rules)" ] || fail "the second look tells of other rules, but takes the first ones"
on 4 1 homes4 homes.csv --set budget=1 && fingerprint homes4 > found
diff expected-homes found > difference || { fail "a second look differs on 4 ranks"; head -20 difference; }
for stage in ingest choose train; do
    expect 0 '' "$carrick" $stage homes/job.resolved.yaml --out steps-homes --quiet
done
expect 0 '' "$carrick" run homes/job.resolved.yaml --out steps-homes --quiet
fingerprint steps-homes > found
diff expected-homes found > difference || { fail "a second look differs when the run is taken up after choosing"; head -20 difference; }

# A second run has nothing to do, the second look included.
fingerprint first > before
on 1 1 first && fingerprint first > after
cmp -s before after || fail "running again changes something"
finish
