#!/usr/bin/env bash
# A model that Splink saved, read, written, and loaded again by Splink itself: equal weights on 1,000 pairs. Needs Python with
# Splink (CARRICK_PYTHON names the interpreter).
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "$0")/lib.bash"
. "$here/splink.bash"
python=${CARRICK_PYTHON:-python3}
"$python" -c 'import splink, duckdb, pandas' 2> /dev/null || { echo "no Splink in $python"; exit 77; }
oracle=$here/../../../shared/oracle/splink_fake_1000
[ -d "$oracle" ] || { echo "no $oracle"; exit 77; }
gunzip -c "$oracle/input.csv.gz" > input.csv
score result "$oracle/model.json" input.csv || fail "the model does not score"
expect 0 '' "$carrick" export --splink written.json result
expect 0 '1000 pairs with equal weights' "$python" "$here/splink_loads.py" written.json result.csv 1000 input.csv

# a model of Carrick's own
cat > native.yaml << 'END'
sources: [{name: people, file: input.csv, id: unique_id, columns: {first_name: {}, surname: {}, dob: {}, email: {}, city: {}}}]
blocking: [[surname.prefix(3), dob.year], [email.user]]
comparisons:
  - {on: first_name, preset: name, term_frequency: true, m: [0.5, 0.2, 0.1, 0.1, 0.1], u: [0.01, 0.01, 0.01, 0.02, 0.95]}
  - {on: surname, levels: [exact, prefix 2, jaro 0.8], m: [0.6, 0.2, 0.1, 0.1], u: [0.01, 0.02, 0.03, 0.94]}
  - {on: dob, levels: [exact, day_month_swapped, within 1 year, levenshtein 1 and not within 10 years], m: [0.6, 0.1, 0.1, 0.1, 0.1], u: [0.01, 0.01, 0.1, 0.01, 0.87]}
  - {on: email, preset: email, m: [0.5, 0.2, 0.1, 0.1, 0.1], u: [0.01, 0.01, 0.01, 0.02, 0.95]}
  - {on: city, levels: [exact, literal_l "London"], m: [0.6, 0.2, 0.2], u: [0.1, 0.1, 0.8]}
prior: 0.001
floor: -1000
train: {method: em}
END
expect 0 '' "$carrick" run native.yaml --out native --set cluster=connected
expect 0 '' "$carrick" export --splink native.json native
"$carrick" export links native --quiet > native.csv
expect 0 'pairs with equal weights' "$python" "$here/splink_loads.py" native.json native.csv 1000 input.csv
finish
