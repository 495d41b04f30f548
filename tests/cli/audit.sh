#!/usr/bin/env bash
# The audit log: one line a command that did something, in a chain that shows edits.
source "$(dirname "$0")/lib.bash"
small_set
expect 0 '' "$carrick" run job.yaml --out result
log=result/audit.jsonl
[ "$(wc -l < $log)" = 1 ] || fail "one run is one line"
[ "$(stat -c %a $log)" = 600 ] || fail "the log is open to others"
for word in '"when":"20' '"uid":' '"command":\["carrick","run","job.yaml","--out","result"\]' '"status":0' '"xxh3":' '"sha256":' '"rows":12' '"rejected":0' '"persons":' '"new_pairs":\[[0-9]' '"links_by_band":' '"records_not_linked":[0-9]'; do
    grep -q -- "$word" $log || fail "the line lacks $word"
done
# What does nothing leaves no line; what does, one; also when it fails.
cp $log before
expect 0 'Nothing to do' "$carrick" run job.yaml --out result
cmp -s before $log || fail "a run that did nothing is in the log"
expect 0 '' "$carrick" cluster result --threshold-weight 5
[ "$(wc -l < $log)" = 2 ] || fail "cluster is not in the log"
cp people.csv good.csv
echo '13,"open' >> people.csv
expect_error 3 '' "$carrick" run job.yaml --out result
grep -q '"status":3' <(tail -1 $log) || fail "a failure is not in the log"
cp good.csv people.csv
expect 0 '' "$carrick" run job.yaml --out result
! grep -qiE 'smith|1980-01-02' $log || fail "a value is in the log"
expect 0 '^4 lines, as they were written; the last is [0-9a-f]{64}$' "$carrick" audit verify result
expect 0 'status 3  carrick run' "$carrick" audit show result
expect 0 'ingest: rows 12' "$carrick" audit show result

# What takes data out is in the log, with how much, wherever it goes.
logged() { # WORDS COMMAND...: one line more, which holds WORDS
    local lines=$(wc -l < $log)
    expect 0 '' "$carrick" "${@:2}"
    [ "$(wc -l < $log)" = $((lines + 1)) ] || fail "not one line more: ${*:2}"
    tail -1 $log | grep -qE -- "$1" || fail "the log's line of '${*:2}' lacks '$1': $(tail -1 $log)"
}
logged '"counts":\{"index":\{"rows":12\}\}' export index result
logged "\"file\":\"people.out\",\"bytes\":$("$carrick" export people result --show-values 2> output | wc -c).*\"rows\":12" export people result --show-values --out people.out
[ "$(stat -c %a people.out)" = 600 ] || fail "others may read the people that were exported"
logged '"links":\{"rows":[1-9]' export links result --out -
logged '"sha256":"[0-9a-f]{64}".*"report":\{"records":12,"persons":[1-9][0-9]*,"links":[1-9][0-9]*,"suppressed_below":0' report result
logged '"suppressed_below":10' report result --suppress 10 --out shared.html
logged '"describe":\{"records":12' describe result
logged 'review/pairs.csv.*"review":\{"rows":[1-9]' review sample result --show-values --out review
logged '"explain":\{"pairs_with_values":1' explain result 1 2 --show-values
lines=$(wc -l < $log)
expect 0 '' "$carrick" explain result 1 2
expect_error 2 '' "$carrick" export nothing result
[ "$(wc -l < $log)" = "$lines" ] || fail "a look without values, or at nothing, is in the log"
! grep -qiE 'smith|1980-01-02' $log || fail "a value is in the log"
expect 0 'people: rows 12' "$carrick" audit show result
expect 0 'as they were written' "$carrick" audit verify result

# A log in a folder that may not be read is not said to be missing.
everyman=$([ "$(id -u)" != 0 ] || echo setpriv --bounding-set=-all --inh-caps=-all)
if [ -z "$everyman" ] || command -v setpriv > /dev/null; then
    chmod 000 result
    # shellcheck disable=SC2086
    expect_error 5 'audit.jsonl. cannot be read: Permission denied' $everyman "$carrick" audit verify result
    chmod 700 result
fi

# Edits: changed, removed, put in, moved, half a line.
cp $log whole
edit() { expect_error 3 "line $1 $2" "$carrick" audit verify result; cp whole $log; }
sed -i '2s/"status":0/"status":1/' $log; edit 2 'was changed'
sed -i '4s/"uid":[0-9]*/"uid":4711/' $log; edit 4 'was changed'
sed -i 2d $log; edit 2 'does not follow'
sed -i 1d $log; edit 1 'does not follow'
sed -i '2{p}' $log; edit 3 'does not follow'
sed -i '3s/.*/{}/' $log; edit 3 'is not as it was written'
head -c -3 whole > $log; edit "$(wc -l < whole)" 'does not end'
: > $log; expect_error 3 'is empty: its lines were removed' "$carrick" audit verify result
# Behind half a line, as a crash may leave it, the next one is whole. Commands that end at once write a line each.
head -c -30 whole > $log
expect 0 '' "$carrick" export index result
expect_error 3 "line $(wc -l < whole) was changed|line $(wc -l < whole) is not" "$carrick" audit verify result
tail -1 $log | grep -q '^{"line":'"$(($(wc -l < whole) + 1))"',.*"}$' || fail "what was written behind half a line: $(tail -2 $log)"
cp whole $log
for i in 1 2 3 4 5 6; do "$carrick" export index result --quiet > /dev/null & done; wait
expect 0 "^$(($(wc -l < whole) + 6)) lines, as they were" "$carrick" audit verify result
if command -v flock > /dev/null; then # a command that is about to write keeps the others waiting
    flock $log sh -c 'touch held; sleep 2; touch let_go' &
    until [ -e held ]; do sleep 0.05; done
    expect 0 '' "$carrick" export index result
    [ -e let_go ] || fail "a line was written beside another"
    wait
fi
# A pipe in the log's place is not waited for.
rm $log && mkfifo $log && expect 0 'audit log was not written' timeout 20 "$carrick" export index result
rm $log && cp whole $log
# A log that was edited goes on, and still says where.
sed -i '2s/"status":0/"status":1/' $log
expect 0 '' "$carrick" cluster result --threshold-weight 6
expect_error 3 'line 2 was changed' "$carrick" audit verify result
# Ranks write one line.
expect 0 '' mpirun --oversubscribe -n 3 "$carrick" run job.yaml --out ranks --threads 1
[ "$(wc -l < ranks/audit.jsonl)" = 1 ] || fail "ranks write several lines"
grep -q '"ranks":3' ranks/audit.jsonl || fail "how many ranks is not in the log"

expect_error 5 'has no audit log' "$carrick" audit verify .
expect_error 2 "takes 'verify' or 'show'" "$carrick" audit look result
finish
