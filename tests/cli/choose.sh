#!/usr/bin/env bash
# Rules and comparisons that the job leaves to Carrick: what is written, that it runs by itself, that nothing is chosen twice, and that
# any number of ranks and threads chooses the same.
. "$(dirname "$0")/lib.bash"
"$carrick" synth --rows 3000 --seed 5 --out region --quiet || fail "synth"
awk '/^blocking:/ {print "blocking: auto"; skip = 1; next} /^comparisons:/ {print "comparisons: auto"; skip = 1; next}
     /^[a-z_]+:/ {skip = 0} !skip' region/job.yaml > region/auto.yaml
grep -q '^blocking: auto' region/auto.yaml && grep -q '^comparisons: auto' region/auto.yaml || fail "the job of synth has no blocking or comparisons"

expect 0 'Results are in' "$carrick" run region/auto.yaml --out result
grep -qE '^choose +[0-9]+ rules, [0-9.]+ pairs a record, estimated recall' output || fail "the choice is not told"
grep -q 'new matches' output || fail "there is no table of rules"
for key in budget pairs_per_record estimated_recall rules keys max_block new_pairs_per_record expected_new_matches; do
    grep -q "\"$key\"" result/choice.json || fail "choice.json has no $key"
done
grep -q 'blocking: auto\|comparisons: auto' result/chosen.yaml && fail "chosen.yaml still says auto"
grep -q 'blocking: auto' result/job.resolved.yaml || fail "job.resolved.yaml is not the job"
grep -q '  # 1: .* new pairs a record' result/chosen.yaml || fail "rules have no figures"
recall=$(sed -nE 's/.*"blocking_recall": ([0-9.]+).*/\1/p' result/evaluation.json | head -1)
awk -v r="$recall" 'BEGIN {exit !(r > .95)}' || fail "the rules find only $recall of the true pairs"

# Once chosen, nothing is chosen again; another budget is.
expect 0 'Nothing to do' "$carrick" run region/auto.yaml --out result
[ "$(grep -c 'up to date$' output)" = 6 ] || fail "not every stage is up to date"
cp result/chosen.yaml first.yaml
expect 0 'Results are in' "$carrick" run region/auto.yaml --out result --set budget=3
grep -E '^choose ' output | grep -q 'up to date' && fail "another budget chooses nothing anew"
awk '/"pairs_per_record"/ {gsub(/[^0-9.]/, ""); exit !($0 <= 3)}' result/choice.json || fail "the budget of 3 is not kept"

# chosen.yaml alone gives the same links without choosing.
expect 0 'Results are in' "$carrick" run first.yaml --out alone
grep -q '^choose ' output && fail "a plain job chooses"
"$carrick" run region/auto.yaml --out again --quiet 2> /dev/null || fail "running again"
cmp first.yaml again/chosen.yaml || fail "the choice is another the second time"
digests() { "$carrick" digest "$1/links.h5" "$1/index.h5" | cut -d' ' -f2-; }
[ "$(digests alone)" = "$(digests again)" ] || fail "the chosen job by itself gives other links"

# One of the two alone.
sed 's/^blocking: auto/blocking: [[surname, dob], [postcode]]/' region/auto.yaml > region/ladders.yaml
"$carrick" ingest region/ladders.yaml --out ladders --quiet
expect 0 '[0-9]+ comparisons' "$carrick" choose region/ladders.yaml --out ladders
expect 2 'list is needed, or the word auto' "$carrick" run region/auto.yaml --out bad --set blocking=automatic

# Ranks and threads.
if command -v mpirun > /dev/null; then
    for ranks in 2 3; do
        rm -rf other
        mpirun --oversubscribe -n $ranks "$carrick" run region/auto.yaml --out other --threads 2 --quiet > log 2>&1 || { cat log; fail "$ranks ranks"; continue; }
        cmp again/chosen.yaml other/chosen.yaml || fail "$ranks ranks choose other rules"
        cmp again/choice.json other/choice.json || fail "$ranks ranks expect other figures"
    done
    "$carrick" run region/auto.yaml --out threads --threads 3 --quiet > log 2>&1 || fail "three threads"
    cmp again/choice.json threads/choice.json || fail "three threads expect other figures"
fi
finish
