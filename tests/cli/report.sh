#!/usr/bin/env bash
# The page of carrick report: every section, nothing from outside, no value of the input, small counts, the same bytes; and what a browser makes of it.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"
# Threads that wait for one another on a busy machine took two thirds of the time; ranks of two make the page below.
export OMP_NUM_THREADS=1
"$carrick" synth --rows 3000 --seed 11 --out region --quiet > /dev/null || fail "the region"
sed -i '2,4s/,[FM],/,X,/' region/records.csv # placeholders
expect_error 5 "is no result" "$carrick" report region
"$carrick" run region/job.yaml --out result --quiet > /dev/null 2>&1 || fail "the run"
"$carrick" estimate result --quiet > /dev/null 2>&1
"$carrick" evaluate result --by sex --quiet > /dev/null
expect 0 'The page is result/report.html' "$carrick" report result
page=result/report.html

# Every section with what it promises.
for id in flow groups weights model pairs quality persons data statement; do
    grep -q "<section id=\"$id\"" $page && grep -q "href=\"#$id\"" $page || fail "no section $id"
done
for id in flow-table group-2 group-3 group-4 weights-table model-table pair-1 pair-2 truth curve estimates bands subgroups sizes conflicts columns items open-items; do
    grep -q "<table id=\"$id\"" $page || fail "no table $id"
done
for words in 'Opted out' 'Rejected' 'Records not linked' 'By decade of dob' 'By area of postcode' 'RECORD 6.3' 'GUILD 2' 'QAFDL' 'To be written by people'; do
    grep -q "$words" $page || fail "the page does not say '$words'"
done
grep -q 'Placeholders found.*: 3\.' $page || fail "placeholders: $(grep -o 'Placeholders found.*' $page)"

# Its numbers are those of the run.
text() { sed -n "/<table id=\"$1\"/,/<\/table>/p" "${2:-$page}" | sed 's/<[^>]*>/|/g; s/,\([0-9]\)/\1/g'; }
"$carrick" describe result --by sex --quiet
for step in 'Records not linked:records not linked' 'Persons:persons' 'Pairs kept:pairs at or above the floor' 'Candidate pairs compared:candidate pairs'; do
    count=$(sed -n "s/^${step#*:},,//p" result/flow.csv)
    text flow-table | grep -qE "\|${step%%:*}\|.*\|$count\|" || fail "${step%%:*} is not $count: $(text flow-table)"
done
linked=$(awk -F, '$1 == "sex" && $3 == "F" { print $5 "|+" $6 }' result/linked.csv)
text group-3 | grep -qE "^\|+F\|+${linked/|/[|]}\|" || fail "women linked are not $linked: $(text group-3)"
[ "$(text weights-table | awk -F'|' '/^\|+[+-]/ { for (k = NF; k && $k !~ /[0-9]/; k--); n += $k } END { print n }')" = "$(sed -n 's/^pairs at or above the floor,,//p' result/flow.csv)" ] ||
    fail "the weights are not those of all pairs"

# Nothing from outside, and nothing of a person: names, dates, postcodes, addresses, numbers, ids; markup in a job's name stays text.
grep -qE '(https?|ftp|data|blob)://|(src|href)="[^#]|@import|url\(|XMLHttpRequest|WebSocket' $page && fail "the page refers to something outside"
grep -q "default-src 'none'" $page || fail "the page's policy allows a network"
sed '/^!function/d; /^ *\* /d' $page | sed '/<script>/,/<\/script>/d' > words
tail -n +2 region/records.csv | tr ',' '\n' | sort -u | grep -E '.{4,}' | grep -vxE 'hospital|council|region|register|[A-Z]{1,2}[0-9]{1,2}' > values
[ "$(wc -l < values)" -gt 3000 ] || fail "too few values to look for"
grep -owFf values words | sort -u > told
[ -s told ] && fail "values of people are on the page: $(head -3 told | xargs)"
sed 's/^name: .*/name: "<script>alert(1)<\/script> \& \\"q\\""/' region/job.yaml > odd.yaml
sed -i "s|records.csv|$PWD/region/records.csv|; s|truth.csv|$PWD/region/truth.csv|" odd.yaml
"$carrick" run odd.yaml --out odd --quiet > /dev/null 2>&1 && "$carrick" report odd --quiet
grep -q '<h1>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;q&quot;</h1>' odd/report.html || fail "a name is markup: $(grep '<h1>' odd/report.html)"
for by in surname forename.prefix\(2\) dob postcode nhs_number; do
    expect_error 2 "would put on the page what tells persons" "$carrick" report result --by "sex,$by"
done

# For sharing: every count that is told is 0 or no small one; more is hidden than is small; and a page to be shared needs a place of its own.
expect_error 2 "needs --out FILE" "$carrick" report result --suppress 10
"$carrick" report result --suppress 10 --out share.html --quiet || fail "the page for sharing"
for id in flow-table weights-table sizes conflicts; do
    text $id share.html | awk -F'|' '/^\|/ { for (k = NF; k && $k == ""; k--); if ($k ~ /^[1-9]$/) exit 1 }' || fail "$id tells a small count: $(text $id share.html)"
done
for id in group-2 group-3 group-4; do
    text $id share.html | awk -F'[|]+' '/^\|/ { if ($3 ~ /^[1-9]$/ || $4 ~ /^[1-9]$/) exit 1 }' || fail "$id tells a small count: $(text $id share.html)"
done
text columns share.html | grep -q '|sex|.*\[c\]' || fail "three placeholders are told: $(text columns share.html)"
grep -q 'Placeholders found' share.html && fail "the sum of placeholders tells those of one column"
sed -i 's/"placeholder": 3/"placeholder": 3, "was": 0/; s/"placeholder": 0/"placeholder": 50/' result/ingest.json
"$carrick" report result --suppress 10 --out more.html --quiet || fail "the page with more placeholders"
grep -q 'Placeholders found' more.html && fail "a large sum of placeholders tells the few of one column"
sed -i 's/"placeholder": 3, "was": 0/"placeholder": 3/; s/"placeholder": 50/"placeholder": 0/' result/ingest.json
grep -q 'For sharing: counts from 1 to 9' share.html && grep -q '\[c\]' share.html || fail "the page does not say that it is suppressed"
# Of the records by the rule that linked them a lone small one would follow from the sum: never exactly one is hidden.
hidden=$(text flow-table share.html | awk '/Records linked/ { inside = 1 } /Records not linked/ { inside = 0 } inside && /\[c\]/ { n++ } END { print n + 0 }')
small=$(sed -n 's/^records \(first linked\|linked by\).*,//p' result/flow.csv | awk '$1 > 0 && $1 < 10 { n++ } END { print n + 0 }')
[ "$small" = 0 ] || [ "$hidden" -ge 2 ] || fail "$small small counts by rule, but $hidden hidden"
text pair-1 share.html | grep -q '|term frequencies|' && fail "a shared pair tells how rare its values are"

# Both shares of a kind are hidden where one would tell few wrong ones: how many links there are stands on the page, and from the recall how many are right.
cp result/evaluation.json kept.json
right=$(sed -n '/"edge"/,/}/s/.*"right": \([0-9]*\).*/\1/p' kept.json | head -1)
sed -i '/"edge"/,/}/s/"found": [0-9]*/"found": '$((right + 3))'/' result/evaluation.json
"$carrick" report result --suppress 10 --out few.html --quiet
[ "$(text truth few.html | grep -c '|Links: .*\[c\]')" = 2 ] || fail "three false links are told: $(text truth few.html)"
mv kept.json result/evaluation.json
# Of the groups of one expression never exactly one is hidden, since the others' pairs and all pairs tell it.
"$carrick" report result --quiet && text subgroups | grep -q '|sex: missing|.*few' || fail "few have no sex"
[ "$(text subgroups share.html | grep -c '|sex: .*\[c\]')" -ge 2 ] || fail "one group is hidden alone: $(text subgroups share.html)"

# A damaged file leaves empty words.
cp result/subgroups.json kept.json && sed -i 's/"kind"/"kin"/; s/"value"/"valu"/' result/subgroups.json
expect 0 '' "$carrick" report result --quiet
mv kept.json result/subgroups.json

# Sizes: one person of four records follows from the sum of all records where those of three and four are put together. Columns that a source does not have
# are left out of the data.
{ echo id,key,town,dob
  awk 'BEGIN { for (p = 1; p <= 63; p++) for (k = 0; k < (p <= 20 ? 1 : p <= 50 ? 2 : p <= 62 ? 3 : 4); k++) print ++id ",key" p ",t" p % 2 ",19" 50 + p % 40 "-01-0" 1 + p % 9 }'; } > a.csv
printf 'id,key\nb1,other1\nb2,other2\n' > b.csv
printf '%s\n' 'name: sizes' 'link: link_and_dedupe' 'sources:' '  - {name: a, file: a.csv, id: id, columns: {key: {as: category}, town: {as: category}, dob: {as: date}}}' \
    '  - {name: b, file: b.csv, id: id, columns: {key: {as: category}}}' 'rules: [{name: key, when: exact key}]' > sizes.yaml
"$carrick" run sizes.yaml --out sizes --quiet > output 2>&1 && "$carrick" report sizes --quiet && "$carrick" report sizes --suppress 10 --out few.html --quiet || fail "the job of sizes: $(cat output)"
[ "$(text sizes sizes/report.html | awk -F'[|]+' '/^\|+[0-9]/ { printf "%s:%s ", $2, $3 }')" = "1:22 2:30 3:12 4:1 " ] || fail "sizes: $(text sizes sizes/report.html)"
[ "$(text sizes few.html | awk -F'[|]+' '/^\|+[0-9]/ { printf "%s:%s ", $2, $3 }')" = "1:22 2 or more:43 " ] || fail "sizes that are shared: $(text sizes few.html)"
text columns sizes/report.html | grep -q '|b||key|' && ! text columns sizes/report.html | grep -q '|b||town|' || fail "columns: $(text columns sizes/report.html)"
grep -q 'id="curve"' sizes/report.html && fail "rules have a curve over weights"

# Where so few are linked that they are hidden, records less persons do not tell them; where nobody is left, the page says so and has no empty table.
printf 'id,key\n' > few.csv
seq 300 | awk '{ print "f" $1 ",k" ($1 > 298 ? 298 : $1) }' >> few.csv
printf '%s\n' 'name: few' 'link: dedupe' 'sources:' '  - {name: a, file: few.csv, id: id, columns: {key: {as: category}}}' 'rules: [{name: key, when: exact key}]' > few.yaml
"$carrick" run few.yaml --out few --quiet > output 2>&1 && "$carrick" report few --suppress 10 --out few.html --quiet || fail "the job of few: $(cat output)"
text flow-table few.html | grep -q '|Persons|.*\[c\]' || fail "persons tell the few records that are linked: $(text flow-table few.html)"
grep -qE '<dt>(Persons|Records linked)' few.html && fail "the figures tell the few records that are linked"
awk -F, -v OFS=, '{ print $0, NR == 1 ? "out" : 1 }' few.csv > gone.csv
{ sed 's/few.csv/gone.csv/' few.yaml; echo 'optouts: {flags: {a: {column: out, values: ["1"]}}}'; } > gone.yaml
"$carrick" run gone.yaml --out gone --quiet > output 2>&1 && "$carrick" report gone --quiet || fail "the job of nobody: $(cat output)"
grep -q 'nobody to compare' gone/report.html || fail "the page does not say that nobody is left"
tr -d '\n' < gone/report.html | grep -q '<tbody></tbody>' && fail "the page of nobody has empty tables"

# What a review found; what estimate and evaluate --by found is left out when the persons are others.
"$carrick" review sample result --n 40 --out clerical --show-values --quiet > /dev/null
{ echo pair,answer; tail -n +2 clerical/pairs.csv | awk -F, '{ print $1 (NR % 9 ? ",match" : ",no match") }'; } > answers.csv
"$carrick" review import result --answers answers.csv --quiet > /dev/null && "$carrick" report result --quiet || fail "the review"
text review | grep -q '|Links: precision||[0-9]' || fail "no table of the review: $(text review)"
cp -r result other
"$carrick" cluster other --threshold-weight 15 --quiet > /dev/null 2>&1 && "$carrick" report other --quiet || fail "another decision"
grep -q 'was of other persons' other/report.html && ! grep -qE '<table id="(estimates|subgroups|truth)"' other/report.html || fail "the page tells what was found of other persons"
grep -q 'was of other persons' result/report.html && fail "what was found of these persons is left out"

# A job of stages: no weights, model or pairs of the whole, whose stages have their own; and the steps speak of stages.
sed "s|records.csv|$PWD/region/records.csv|; s|truth.csv|$PWD/region/truth.csv|" region/job.yaml > stages.yaml
printf 'rules: [{name: number, when: nhs_number exact}]\n' >> stages.yaml
"$carrick" run stages.yaml --out staged --quiet > output 2>&1 && "$carrick" report staged --quiet || fail "the job of stages: $(cat output)"
[ "$(grep -c 'The job links in stages' staged/report.html)" = 2 ] || fail "the page does not say that there are stages"
grep -qE '<table id="(weights-table|model-table|pair-1|curve)"|1 pair in|by the first rule|blocking rules' staged/report.html && fail "the page tells of one model, where there are stages"
for stage in staged/stages/*/; do "$carrick" report "$stage" --quiet || fail "the page of $stage"; done
cat staged/stages/*/report.html | grep -q '<table id="model-table"' || fail "no stage's page has its model"
"$carrick" describe staged --quiet && grep -q 'In stages' staged/statement.md && ! grep -q 'Fellegi' staged/statement.md || fail "the statement tells of one model, where there are stages"

# Without --by, words of columns' names tell what to group by: an ethnic group and a ward, not an award.
awk -F, -v OFS=, 'NR == 1 { print $0, "ethnic_group", "ward", "weekly_award"; next } { print $0, NR % 3, NR % 4, NR % 5 }' region/records.csv > region/more.csv
sed 's/records.csv/more.csv/; s/^      sex:.*/&\n      ethnic_group: {as: category}\n      ward: {as: category}\n      weekly_award: {as: category}/' region/job.yaml > region/more.yaml
"$carrick" run region/more.yaml --out more --quiet > /dev/null 2>&1 && "$carrick" report more --quiet || fail "the job with groups"
[ "$(grep -o '<h3>By [^<]*' more/report.html | sed 's/<h3>By //; s/ .*//' | head -5 | xargs)" = "decade sex ethnic_group ward area" ] || fail "groups: $(grep -o '<h3>By [^<]*' more/report.html)"

# The same bytes, again and on any ranks.
cp $page once.html
"$carrick" report result --quiet && cmp -s $page once.html || fail "the page is not the same again"
if command -v mpirun > /dev/null; then
    for ranks in 2 3; do
        mpirun --oversubscribe -n $ranks "$carrick" report result --threads 2 --out ranks.html --quiet 2> /dev/null || fail "report on $ranks ranks"
        cmp -s once.html ranks.html || fail "$ranks ranks make another page"
    done
fi

# A job of rules alone, and one with households, have their pages too.
sed '/^comparisons/,/^train/d; /^threshold/d; /^blocking/,/^  - \[surname, dob.month/d' region/job.yaml > rules.yaml
sed -i "s|records.csv|$PWD/region/records.csv|; s|truth.csv|$PWD/region/truth.csv|" rules.yaml
printf 'rules: [{name: number, when: nhs_number exact}, {name: names, when: forename exact and surname exact and dob exact}]\n' >> rules.yaml
if "$carrick" run rules.yaml --out rules --quiet > output 2>&1; then
    expect 0 'report.html' "$carrick" report rules
    grep -q 'deterministic rules' rules/report.html || fail "the page of rules does not say so"
else
    fail "the job of rules: $(cat output)"
fi

# What a browser makes of it: no error, charts drawn, no sideways scrolling at 380 and 1,400 px, contrast in light and dark, every stop of the keyboard.
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
    echo "No Chromium here: the page was not looked at in a browser."
elif ! grep -q 'Chart.js v' $page; then
    echo "Built without Chart.js: charts were not looked at in a browser."
    grep -q 'built without Chart.js' $page || fail "a page without charts does not say why"
else
    mkdir seen
    { sed '/<head>/q' $page; echo '<script>'; cat "$here/report_browser.js"; echo '</script>'; sed '1,/<head>/d' $page; } > seen/page.html
    { echo '<!DOCTYPE html><pre id="seen"></pre><script>addEventListener("message", m => { seen.textContent += JSON.stringify(m.data) + "\n"; });</script>'
      echo '<iframe src="page.html" width="380" height="900" style="border:0"></iframe><iframe src="page.html" width="1400" height="900" style="border:0"></iframe>'; } > seen/frame.html
    for scheme in light dark; do
        timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/seen/profile" --window-size=1900,1000 --virtual-time-budget=6000 \
            --blink-settings=preferredColorScheme=$([ $scheme = dark ] && echo 0 || echo 1) --enable-logging=stderr --dump-dom "file://$PWD/seen/frame.html" > seen/dom 2> seen/log
        sed -n '/<pre id="seen">/,/<\/pre>/p' seen/dom | sed 's/<[^>]*>//g; /^$/d' > seen/$scheme
        [ "$(grep -c '"width":' seen/$scheme)" = 2 ] || fail "the page did not load in $browser ($scheme): $(head -c 300 seen/dom)"
        grep -q '"width":380,' seen/$scheme && grep -q '"width":1400,' seen/$scheme || fail "widths: $(cat seen/$scheme)"
        grep -E 'CONSOLE.*(rror|iolat)' seen/log && fail "errors in the console ($scheme)"
        for fact in '"problems":\[\]' '"wide":0' '"charts":[1-9]' '"blank":0' '"alike":0' '"pale":\[\]' '"unreached":0' '"jumps":0' '"first":"Skip to the report"' '"untabled":0' '"landmarks":\[\]' \
            "\"dark\":$([ $scheme = dark ] && echo true || echo false)"; do
            [ "$(grep -c "$fact" seen/$scheme)" = 2 ] || fail "in $browser ($scheme) not $fact: $(cat seen/$scheme)"
        done
    done
fi
finish
