#!/usr/bin/env bash
# Clerical review: the sample and its page, the answers and what follows.
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "$0")/lib.bash"
small_set
# Values that would be markup, script or JSON if anything let them.
sed -i 's/postcode$/postcode,note/; 2,$s/$/,x/; 2s/x$/<script>alert(1)<\/script>/; 3s/x$/"<\/script> \\ ""q"" \&amp; '"'"'"/' people.csv
sed -i 's/^      postcode: .*/&\n      note: {as: text}/' job.yaml
"$carrick" run job.yaml --out result --quiet > /dev/null || fail "the small job with notes"
total=$("$carrick" export links result | tail -n +2 | wc -l)

# The sample needs leave to show values, and a place.
expect_error 2 "shows values of people; --show-values" "$carrick" review sample result --out clerical
expect_error 2 "needs --out FOLDER" "$carrick" review sample result --show-values
[ ! -e clerical ] || fail "something was written without leave"
expect_error 2 "needs sample.import DIR" "$carrick" review draw result
expect_error 5 "holds no sample; 'carrick review sample" "$carrick" review import result --answers none.csv
expect 0 'pairs are in clerical/pairs.csv' "$carrick" review sample result --out clerical --n 1000 --show-values
[ "$(stat -c %a clerical clerical/pairs.csv clerical/review.html | xargs)" = "700 600 600" ] || fail "others may read the sample: $(stat -c '%a %n' clerical/*)"
[ "$(tail -n +2 clerical/pairs.csv | wc -l)" = "$total" ] || fail "a sample of everything is not everything"
[ "$(head -1 clerical/pairs.csv)" = pair,source_a,id_a,source_b,id_b,band,sampling_weight ] || fail "pairs.csv: $(head -1 clerical/pairs.csv)"
diff <(tail -n +2 clerical/pairs.csv | cut -d, -f3,5 | sort) <("$carrick" export links result | tail -n +2 | cut -d, -f2,4 | sort) > /dev/null ||
    fail "the pairs are not those of links.h5"

# The page asks nothing of a network, and no value is markup.
grep -qE '[a-z]+://|(src|href)="|@import|url\(|fetch|XMLHttpRequest|WebSocket' clerical/review.html && fail "the page refers to something outside"
grep -q "default-src 'none'" clerical/review.html || fail "the page's policy allows a network"
[ "$(grep -o '<script' clerical/review.html | wc -l)" = 2 ] && [ "$(grep -o '</script' clerical/review.html | wc -l)" = 2 ] || fail "a value is a script element"
grep -qF '\u003cscript\u003ealert(1)\u003c/script\u003e' clerical/review.html || fail "the value is not on the page"
grep -qiE 'match_weight|probability|"band"' clerical/review.html && fail "the page tells a score"

# Every rank count draws the same bytes; the sampling weights sum to all pairs; another seed draws others.
"$carrick" review sample result --out one --n 9 --seed 4 --show-values --quiet || fail "a sample of nine"
awk -F, -v total="$total" 'NR > 1 { sum += $7; n++ } END { exit !(n == 9 && (sum - total)^2 < 1e-9) }' one/pairs.csv || fail "weights do not sum to $total: $(cat one/pairs.csv)"
cp result/review-sample.json one.json
for ranks in 2 3; do
    mpirun --oversubscribe -n $ranks "$carrick" review sample result --out ranks --n 9 --seed 4 --show-values --quiet || fail "a sample on $ranks ranks"
    cmp -s one/pairs.csv ranks/pairs.csv && cmp -s one/review.html ranks/review.html && cmp -s one.json result/review-sample.json ||
        fail "$ranks ranks draw another sample"
done
"$carrick" review sample result --out other --n 9 --seed 5 --show-values --quiet
cmp -s one/pairs.csv other/pairs.csv && fail "seed 5 draws what seed 4 drew"

# With collapse a record is shown by its first row's id.
sed 's/^    id: id/&\n    collapse: [surname]/; /^evaluate/d; s/^  .*note.*//' job.yaml > collapsed.yaml
if "$carrick" run collapsed.yaml --out collapsed --quiet > output 2>&1; then
    "$carrick" review sample collapsed --out few --n 1000 --show-values --quiet || fail "a sample of collapsed records"
    "$carrick" export links collapsed | tail -n +2 | cut -d, -f2,4 | sort > all
    [ -z "$(tail -n +2 few/pairs.csv | cut -d, -f3,5 | sort | comm -23 - all)" ] || fail "ids of collapsed records: $(cat few/pairs.csv)"
else
    fail "a job that collapses: $(cat output)"
fi

# All pairs answered by the truth: the shares are those that evaluate finds, without any doubt left.
"$carrick" review sample result --out clerical --n 1000 --show-values --quiet
sample=$(sed -n 's/.*"sample": "\([0-9a-f]*\)".*/\1/p' result/review-sample.json)
awk -F, -v sample="$sample" 'NR == FNR { entity[$1] = $2; next } FNR == 1 { print "pair,answer,reviewer,sample"; next }
    { print $1 "," (entity[$3] == entity[$5] ? "match" : "no match") ",\"Ann \"\"A\"\"\"," sample }' truth.csv clerical/pairs.csv > ann.csv
"$carrick" review import result --answers ann.csv --json > output || fail "answers by truth"
cmp -s output result/review.json || fail "review.json is not what is printed"
right=$("$carrick" export links result | awk -F, 'NR == FNR { entity[$1] = $2; next } FNR > 1 && $5 >= 2 { n++; right += entity[$2] == entity[$4] }
    END { printf "%.12f", right / n }' truth.csv -)
precision=$(awk '/"overall"/ { inside = 1 } inside && /"precision"/ { here = 1 } here && /"estimate"/ { sub(/,$/, ""); printf "%.12f", $2; exit }' result/review.json)
[ "$precision" = "$right" ] || fail "precision of all pairs is $precision, not $right"
expect 0 'unsure pairs left out +precision' "$carrick" review import result --answers ann.csv
grep -qi smith output result/review.json result/review-sample.json && fail "a value of a person is told"

# Labels for evaluate: who the pairs are, and 1 or 0; unsure pairs are left out.
{ cat ann.csv | sed '$s/,[a-z ]*,/,unsure,/'; } > unsure.csv
"$carrick" review import result --answers unsure.csv --out labels.csv > /dev/null || fail "labels"
[ "$(head -1 labels.csv)" = id_l,id_r,score,source_l,source_r ] && [ "$(wc -l < labels.csv)" = "$total" ] || fail "labels: $(cat labels.csv)"
awk -F, 'NR == FNR { entity[$1] = $2; next } FNR > 1 && ($3 != (entity[$1] == entity[$2]) || $4 != "register") { exit 1 }' truth.csv labels.csv ||
    fail "labels are not what was answered: $(cat labels.csv)"
expect 0 '' "$carrick" evaluate result --labels labels.csv

# Two reviewers, each in an own file without a name, who differ on two pairs: kappa by hand.
cut -d, -f1,2 ann.csv > first.csv
awk -F, 'BEGIN { OFS = "," } NR == 2 || NR == 3 { $2 = $2 == "match" ? "no match" : "match" } { print }' first.csv > second.csv
kappa=$(paste -d, first.csv second.csv | awk -F, 'NR > 1 { n++; a += $2 == "match"; b += $4 == "match"; same += $2 == $4 }
    END { e = (a * b + (n - a) * (n - b)) / n / n; printf "%.4f", (same / n - e) / (1 - e) }')
expect 0 "Two reviewers agree on $((total - 2)) of $total pairs that both answered; kappa +$kappa " "$carrick" review import result --answers first.csv --answers second.csv
grep -q '"unsure": [12]' result/review.json || fail "pairs on which reviewers differ are not unsure"

# What is wrong with a file is told by file, row and column.
bad() { # WORDS LINE...
    printf '%s\n' "${@:2}" > bad.csv
    expect_error 3 "$1" "$carrick" review import result --answers bad.csv
}
bad "bad.csv row 2, column answer: an answer is match" pair,answer 1,match 2,maybe
bad "bad.csv row 1, column pair: this is no number" pair,answer 0,match
bad "bad.csv row 1, column pair: this is no number" pair,answer $((total + 1)),match
bad "bad.csv row 1, column pair: this is no number" pair,answer 99999999999999999999999,match
bad "bad.csv row 2, column pair: the reviewer has answered this pair before" pair,answer 1,match 1,unsure
bad "bad.csv row 1, column sample: the answer is to another sample" pair,answer,sample 1,match,0123456789abcdef
bad "bad.csv row 3, column reviewer: this is a third reviewer" pair,answer,reviewer 1,match,a 1,match,b 1,match,c
bad "bad.csv row 1 has 3 columns, but the header has 2" pair,answer 1,match,x
bad "bad.csv has no column 'answer'" pair,word 1,match
bad "bad.csv holds no answers" pair,answer 1,
bad "bad.csv row 1, column 2: a quote stands where" pair,answer '1,"match'
expect_error 5 "Cannot read absent.csv" "$carrick" review import result --answers absent.csv
expect_error 2 "needs --answers FILE" "$carrick" review import result
echo '{"pairs": [[1, 0, 99]]}' > result/review-sample.json
expect_error 5 "is no sample of 'carrick review sample'" "$carrick" review import result --answers ann.csv

# Training with the labels: they stay in the folder, every rank count makes the same model, and without the file training is as before.
{ sed '/^comparisons/,$d' job.yaml; printf '%s\n' comparisons: '  - {on: forename, preset: name}' '  - {on: surname, preset: name}' '  - {on: dob, levels: [exact]}' \
    '  - {on: postcode, levels: [exact]}'; } > trained.yaml
"$carrick" run trained.yaml --out trained --quiet > /dev/null || fail "the job that is trained"
cp trained/model.json unlabelled.json
"$carrick" train trained --labels labels.csv --quiet > /dev/null || fail "training with labels"
cmp -s labels.csv trained/training-labels.csv || fail "the labels did not stay"
grep -qE '"labels": [1-9]' trained/model.json || fail "the model does not know its labels"
cp trained/model.json labelled.json
expect 0 'train +up to date' "$carrick" train trained
if command -v mpirun > /dev/null; then
    for ranks in 2 3 4; do
        mpirun --oversubscribe -n $ranks "$carrick" train trained --force --quiet > /dev/null 2>&1
        cmp -s labelled.json trained/model.json || fail "$ranks ranks train otherwise with labels"
    done
fi
rm trained/training-labels.csv
"$carrick" train trained --quiet > /dev/null
cmp -s unlabelled.json trained/model.json || fail "training without labels is not as before"
expect_error 5 "absent.csv" "$carrick" train trained --labels absent.csv
expect_error 2 "takes no labels" "$carrick" train trained --labels labels.csv --set train.method=em
rm -f trained/training-labels.csv

# The page's own script, where a JavaScript engine is there: keys answer, and what it saves is imported.
if command -v node > /dev/null; then
    "$carrick" review sample result --out clerical --n 1000 --show-values --quiet
    node "$here/review_page.js" clerical/review.html mmnub > saved.csv || fail "the page's script fails"
    [ "$(cut -d, -f1,2 saved.csv | xargs -d '\n')" = "pair,answer 1,match 2,match 3,no match 4,unsure" ] || fail "keys do not answer: $(cat saved.csv)"
    expect 0 'unsure pairs left out' "$carrick" review import result --answers saved.csv
    grep -q 'Ben \\"B\\"' result/review.json || fail "the page loses the reviewer's name: $(cat saved.csv)"
fi

# The page in a browser, where one is there: what it shows, that no value is taken for markup, the keys, and the file that it saves.
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -n "$browser" ]; then
    "$carrick" review sample result --out clerical --n 1000 --show-values --quiet
    mkdir -p seen
    { sed 's/<\/body>.*//' clerical/review.html; cat "$here/review_browser.html"; } > seen/page.html
    timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/seen/profile" --virtual-time-budget=2000 --dump-dom \
        "file://$PWD/seen/page.html" > seen/dom.html 2> /dev/null
    if grep -q '<pre id="seen">' seen/dom.html; then
        sed -n '/<pre id="seen">/,/<\/pre>/p' seen/dom.html | sed 's/.*<pre id="seen">//; s/<\/pre>.*//; /^$/d' > seen/text
        grep -q '^rows [1-9]' seen/text || fail "a browser shows no record: $(cat seen/text)"
        grep -q '^markup 0$' seen/text || fail "a browser takes a value for markup: $(cat seen/text)"
        grep -q '^marked [1-9]' seen/text || fail "a browser marks no difference: $(cat seen/text)"
        sed -n '/^pair,answer/,$p' seen/text > seen/saved.csv
        [ "$(cut -d, -f1,2 seen/saved.csv | xargs -d '\n')" = "pair,answer 1,match 2,match 3,no match 4,unsure" ] || fail "keys in a browser: $(cat seen/saved.csv)"
        expect 0 'unsure pairs left out' "$carrick" review import result --answers seen/saved.csv
    else
        fail "the page fails in $browser: $(head -c 300 seen/dom.html)"
    fi
fi
finish
