#!/usr/bin/env bash
# What a finished run says of itself: evaluation in full, its table, estimates and changes.
. "$(dirname "$0")/lib.bash"
small_set
"$carrick" run job.yaml --out result --quiet > /dev/null || fail "the run"

# The five persons are found but for what the output says; every measure is there, and no accuracy.
expect 0 'whole persons' "$carrick" evaluate result --table table.csv
grep -qi 'accuracy' output && fail "accuracy is no measure of links"
for key in '"bcubed"' '"whole_persons"' '"precision_interval"' '"recall_interval"' '"blocking_recall_interval"' '"table"'; do
    grep -q "$key" result/evaluation.json || fail "evaluation.json has no $key"
done
grep -q '"table"' result/run.json && fail "run.json holds the whole table"
[ "$(head -1 table.csv)" = weight,edge_links,edge_tp,edge_precision,edge_recall,edge_f1,closure_links,closure_tp,closure_precision,closure_recall,closure_f1 ] ||
    fail "the table's header"
[ "$(wc -l < table.csv)" = 50 ] || fail "the table is not of the weights -8 to 40"
# At weight 40 nothing is linked: precision has no meaning, recall is 0.
tail -1 table.csv | grep -qx '40,0,0,,0,0,0,0,,0,0' || fail "the table's last row"
# The row of the decision is the evaluation at the decision.
"$carrick" evaluate result --json > evaluation.json
awk -F, '$1 == 2 { print $4 }' table.csv > precision
grep -q "\"edge\": {\"f1\": [0-9.]*, \"precision\": $(cat precision)," evaluation.json || fail "the table differs from the evaluation at the decision"
expect_error 5 "cannot be written" "$carrick" evaluate result --table no/such/folder/table.csv

finish
