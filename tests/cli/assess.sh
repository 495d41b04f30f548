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

# Labels: 1-2 and 4-5 are matches, 9-11 is none though one household, 1-4 no candidate; id 99 is nobody.
cat > labels.csv << 'END'
id_l,id_r,score
2,1,1
4,5,1
9,11,0
1,4,0
1,99,1
3,3,1
6,7,
5,6,0.5
END
expect 0 'links +[01]' "$carrick" evaluate result --labels labels.csv
"$carrick" evaluate result --labels labels.csv --json > labels.json || fail "labels as JSON"
cmp -s labels.json result/labels.json || fail "labels.json is not what was printed"
for words in '"weights": "none"' '"stands_for": 5' '"labels": 5' '"labels_without_record": 1' '"labels_of_one_record": 1' '"labels_empty": 1' '"matches": 2.5'; do
    grep -q "$words" labels.json || fail "no $words in labels.json"
done
# By hand from the exported links: pairs at or above the decision, and their scores.
"$carrick" export links result | awk -F, 'NR == FNR { if (FNR > 1 && $3 != "") score[$1 < $2 ? $1 "," $2 : $2 "," $1] = $3; next }
    FNR > 1 && $5 >= 2 && ($2 "," $4) in score { n++; sum += score[$2 "," $4] } END { print n, sum }' labels.csv - > by_hand
awk '/"edge"/ { inside = 1 } inside && /"found"/ { gsub(/[^0-9]/, ""); n = $0 } inside && /"right"/ { gsub(/[^0-9.]/, ""); print n, $0 + 0; exit }' labels.json > found
cmp -s by_hand found || fail "labels: $(cat found) instead of $(cat by_hand)"
if command -v mpirun > /dev/null; then
    mpirun -n 3 "$carrick" evaluate result --labels labels.csv --json > at_three.json 2> /dev/null
    cmp -s labels.json at_three.json || fail "three ranks judge labels otherwise"
fi
# Sampling weights: precision and recall by hand, links and matches each as often as the column says; weights of 1 are no weights.
awk -F, -v OFS=, 'NR == 1 { print $0, "sampling_weight"; next } { print $0, $3 == "" ? "" : NR / 2 }' labels.csv > weighted.csv
"$carrick" evaluate result --labels weighted.csv --json > weighted.json || fail "labels with weights"
"$carrick" export links result | awk -F, 'NR == FNR { if (FNR > 1 && $3 != "" && $1 != 99 && $2 != 99 && $1 != $2) { k = $1 < $2 ? $1 "," $2 : $2 "," $1; score[k] = $3; w[k] = $4; all += $3 * $4 } next }
    FNR > 1 && $5 >= 2 && ($2 "," $4) in score { k = $2 "," $4; n += w[k]; sum += w[k] * score[k] } END { printf "%.6f %.6f\n", sum / n, sum / all }' weighted.csv - > by_hand
awk '/"edge"/ { inside = 1 } inside && /"precision":/ { p = $2 } inside && /"recall":/ { printf "%.6f %.6f\n", p, $2; exit }' weighted.json > found
cmp -s by_hand found || fail "weighted labels: $(cat found) instead of $(cat by_hand)"
grep -q '"weights": "column"' weighted.json || fail "the weights' column is not told"
awk -F, -v OFS=, '{ print $0, NR == 1 ? "sampling_weight" : 1 }' labels.csv > ones.csv
"$carrick" evaluate result --labels ones.csv --json | sed 's/"column"/"none"/' | cmp -s - labels.json || fail "weights of 1 change something"
# Labels of the folder's own sample stand for all pairs of links.h5; once a pair is labelled that is not of the sample, each counts once.
"$carrick" review sample result --out clerical --n 9 --show-values --quiet
awk -F, 'NR == FNR { entity[$1] = $2; next } FNR == 1 { print "pair,answer"; next } { print $1 "," (entity[$3] == entity[$5] ? "match" : "no match") }' truth.csv clerical/pairs.csv > answers.csv
"$carrick" review import result --answers answers.csv --out sampled.csv > /dev/null || fail "labels of a sample"
"$carrick" evaluate result --labels sampled.csv --json > sampled.json
total=$("$carrick" export links result | tail -n +2 | wc -l)
grep -q '"weights": "sample"' sampled.json && awk -v total="$total" '/^  "stands_for"/ { x = $2 + 0; exit } END { exit (x - total) ^ 2 > 1e-9 }' sampled.json ||
    fail "a sample of $total pairs: $(grep stands_for sampled.json)"
{ cat sampled.csv; echo 1,12,0,register,register; } > more.csv
"$carrick" evaluate result --labels more.csv --json | grep -q '"weights": "none"' || fail "labels beyond the sample have its weights"
sed 's/4,5,1,.*/4,5,1,0/' weighted.csv > bad.csv
expect_error 3 'bad.csv row 2, column sampling_weight: this is no number above 0' "$carrick" evaluate result --labels bad.csv
sed 's/0\.5/often/' labels.csv > bad.csv
expect_error 3 'bad.csv row 8, column score' "$carrick" evaluate result --labels bad.csv
expect_error 3 "no column 'id_l'" "$carrick" evaluate result --labels truth.csv
expect_error 5 'Cannot read nothing.csv' "$carrick" evaluate result --labels nothing.csv

# Estimates: with the ways through third records precision is at least the mean probability of the exported links at the decision.
expect 0 'expected precision of the links' "$carrick" estimate result
"$carrick" estimate result --json > estimates.json || fail "estimates as JSON"
cmp -s estimates.json result/estimates.json || fail "estimates.json is not what was printed"
"$carrick" export links result | awk -F, 'FNR > 1 && $5 >= 2 { n++; sum += $6 } END { printf "%d %.6f\n", n, sum / n }' > by_hand
awk '/^ +"links"/ && !n { gsub(/[^0-9]/, ""); n = $0 } /^ +"precision":/ && !p { p = $2 + 0 } END { printf "%d %.6f\n", n, p }' estimates.json > found
paste -d' ' by_hand found | awk '{ exit !($1 == $3 && $4 >= $2 && $4 <= 1) }' || fail "expected precision $(cat found), probabilities $(cat by_hand)"
for key in matches precision recall; do
    grep -q "\"${key}_interval\": \[" estimates.json || fail "no interval of $key"
done
grep -q '"unlinkable": 0' estimates.json || fail "somebody cannot link to himself at weight 2"
"$carrick" run job.yaml --out high --set threshold.match_weight=15.5 --quiet > /dev/null
"$carrick" estimate high --json | grep -q '"unlinkable": 4' ||
    fail "6, 7, 8 and 10 lack a postcode or date of birth: 14.2 and 13 bits are the most they reach"
if command -v mpirun > /dev/null; then
    mpirun -n 3 "$carrick" estimate result --json > at_three.json 2> /dev/null
    cmp -s estimates.json at_three.json || fail "three ranks estimate otherwise"
fi

# Changes: nothing from a run to itself; at 15.5 bits persons fall apart; a run without rows 11 and 12 but with 13.
expect 0 'kept, row for row +4$' "$carrick" diff result result
"$carrick" diff result high --json > changes.json || fail "changes as JSON"
"$carrick" diff high result --json > back.json
[ "$(grep -c '"split": 4' changes.json)" = 1 ] && grep -q '"merged": 4' back.json || { cat changes.json back.json; fail "what splits on the way there merges on the way back"; }
grep -q '"links_removed": 8' changes.json && grep -q '"links_added": 8' back.json || fail "the links that go are not those that come back"
if command -v mpirun > /dev/null; then
    mpirun -n 3 "$carrick" diff result high --json 2> /dev/null | cmp -s - changes.json || fail "three ranks see other changes"
fi
{ grep -v '^1[12],' people.csv; echo '13,Zoe,Quill,1950-01-01,M9 9AA'; } > later.csv
sed 's/people.csv/later.csv/; /^evaluate/d' job.yaml > later.yaml
"$carrick" run later.yaml --out later --quiet > /dev/null || fail "the later run"
expect 0 'in both runs +10$' "$carrick" diff result later
grep -qE '^  new +1$' output || fail "13 is not new"

finish
