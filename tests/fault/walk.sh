#!/usr/bin/env bash
# Every place that can fail (src/base/fault.h) fails on purpose, on ranks 0 and 1 of 2, at calls spread over a run that redoes what an earlier
# run made. Each time: one sentence and the right exit code, no hang, every file whole and from the earlier run or the new one; and the next run,
# on one rank, ends well with the right bytes. Commands that only read are walked by their reads alone.
# usage: walk.sh CARRICK [calls of each place on each rank, 3 [only this place; 'reads': only those commands]]
. "$(dirname "$0")/../cli/lib.bash"
points=${2:-3}
only=${3:-}
small_set
sed 's/threshold: .*/threshold: {match_weight: 3}/; s/floor: -20/floor: -10/' job.yaml > earlier.yaml
sed '/^5,Bob/d' people.csv > fewer.csv
sed -i 's/people.csv/fewer.csv/' earlier.yaml
outputs="people.h5 model.json links.h5 index.h5 evaluation.json ingest.json"

# Open MPI keeps files of a job in a folder that an aborted job may still be clearing away: each run has a place of its own.
own_place() { export OMPI_MCA_orte_tmpdir_base; OMPI_MCA_orte_tmpdir_base=$(mktemp -d -p "$scratch"); }
two() { own_place; timeout -s KILL 120 mpirun --oversubscribe -n 2 "$carrick" run job.yaml --out "$1" --threads 1 --quiet > output 2>&1 < /dev/null; }
printf '%s\n' id_l,id_r,score,sampling_weight 1,2,1,3 1,4,0,5 4,6,1,2 > labels.csv
mkdir earlier whole
cp labels.csv earlier/training-labels.csv
cp labels.csv whole/training-labels.csv
"$carrick" run earlier.yaml --out earlier --quiet > /dev/null 2>&1 || fail "the earlier run fails"
"$carrick" run job.yaml --out whole --quiet > /dev/null 2>&1 || fail "the whole run fails"
cp -r earlier counted
CARRICK_FAULT=count two counted
grep '^fault ' output > calls
[ -s calls ] || { echo "skipped: this build has no faults (CARRICK_FAULTS)"; exit 77; }

# One output of the folder is the earlier one or the new one, never something else; model.json and others may also be gone by the stage's will.
check_outputs() {
    local file
    for file in $outputs; do
        cmp -s "result/$file" "earlier/$file" || cmp -s "result/$file" "whole/$file" || fail "$1: $file is neither the earlier one nor the new one"
    done
    [ -z "$(find result -name '*.partial')" ] || [ "$2" = 70 ] || fail "$1: a temporary file is left"
}

walk_one() { # SITE RANK CALL
    local what="$1 on rank $2, call $3" code got file
    case $1 in alloc) code=6 ;; send) code=70 ;; *) code=5 ;; esac
    rm -rf result
    cp -r earlier result
    CARRICK_FAULT=$1:$2:$3 two result
    got=$?
    sentences=$(grep '^carrick: ' output | grep -vc '^carrick: warning: ')
    # What a run can do without (a stamp that cannot be read is not up to date) may fail unseen.
    if [ "$got" != 0 ] || [ "$sentences" != 0 ]; then
        [ "$got" = $code ] || fail "$what: exit code $got instead of $code: $(grep '^carrick: ' output | head -2)"
        [ "$sentences" = 1 ] || fail "$what: $sentences sentences instead of one: $(head -5 output)"
    fi
    check_outputs "$what" "$got"
    own_place
    timeout -s KILL 60 "$carrick" run job.yaml --out result --quiet --threads 1 > output 2>&1 || fail "$what: the next run fails: $(head -3 output)"
    for file in $outputs; do
        cmp -s "result/$file" "whole/$file" || fail "$what: the next run makes another $file"
    done
    walked=$((walked + 1))
}

walked=0
while read -r _ site rank calls; do
    [ "$calls" -gt 0 ] && [ "$site" != unit ] || continue
    [ -z "$only" ] || [ "$only" = "$site" ] || continue
    n=$((points < calls ? points : calls))
    for ((k = 0; k < n; k++)); do
        # The first, the last, and evenly between them.
        walk_one "$site" "$rank" $((n == 1 ? 1 : 1 + k * (calls - 1) / (n - 1)))
    done
done < calls

[ "$walked" -gt 0 ] || [ "$only" = reads ] || fail "nothing was walked"

# Every read of a command on one rank.
[ -z "$only" ] || [ "$only" = reads ] || { echo "$walked faults"; finish; }
walk_reads() { # WORDS...
    local calls k got
    CARRICK_FAULT=count "$carrick" "$@" --quiet > output 2>&1 || fail "$*: $(head -3 output)"
    calls=$(awk '$1 == "fault" && $2 == "read" { print $4 }' output)
    [ "${calls:-0}" -gt 0 ] || fail "$*: nothing is read"
    for ((k = 1; k <= calls; k++)); do
        rm -rf scored
        CARRICK_FAULT=read:0:$k timeout -s KILL 60 "$carrick" "$@" --quiet > output 2>&1
        got=$?
        sentences=$(grep '^carrick: ' output | grep -vc '^carrick: warning: ')
        { [ "$got" = 5 ] && [ "$sentences" = 1 ]; } || { [ "$got" = 0 ] && [ "$sentences" = 0 ]; } ||
            fail "$*, read $k: exit code $got, $sentences sentences: $(grep '^carrick: ' output | head -2)"
        walked=$((walked + 1))
    done
}
"$carrick" review sample whole --out clerical --n 1000 --show-values --quiet > /dev/null || fail "a sample"
awk -F, 'NR == 1 { print "pair,answer" } NR > 1 { print $1 (NR % 2 ? ",match" : ",no match") }' clerical/pairs.csv > ann.csv
walk_reads review import whole --answers ann.csv
walk_reads evaluate whole --labels labels.csv
walk_reads profile whole
"$carrick" export --splink splink.json whole --quiet > /dev/null 2>&1 || fail "no Splink model"
walk_reads link --splink splink.json --out scored people.csv
echo "$walked faults"
finish
