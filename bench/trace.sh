#!/usr/bin/env bash
# Tracing at the size of a region: 145,853 events of social care against an index of 300,000 patients; time, memory, how many records they collapse to, and how
# many are right. Events of a client stand in the extracts several times, as contacts do; the made-up ones are repeated under ids of their own until there are enough.
#
# usage: trace.sh [--events N] [--people N] [--seed S] [--threads N] [--out DIR] [--carrick PATH]
#   --people N  residents (default 311000: about 300,000 patients)

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

events=145853 people=311000 seed=1 threads='' out=$PWD/bench-results/trace
take_options 'events people seed threads out' '' "$@"
[ ${#words[@]} = 0 ] || usage
find_carrick
out=$(make_out "$out")
data=$out/region-$people-$seed
[ -r "$data/patients.csv" ] || "$CARRICK" synth --shape nwl-social-care --people "$people" --seed "$seed" --out "$data" --quiet

python3 - "$data" "$events" "$out/events.csv" << 'END_OF_PYTHON'
import csv, sys
data, most, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
columns = ("nhs_number", "first_name", "last_name", "date_of_birth", "gender", "postcode")
rows = [(council, r) for council in ("north", "west", "south") for r in csv.DictReader(open(f"{data}/{council}.csv"))]
with open(out, "w", newline="") as f:
    writer = csv.writer(f)
    writer.writerow(("event_id", "council", "event", *columns))
    for n in range(most):
        council, r = rows[n % len(rows)]
        writer.writerow((n + 1, council, r["event_id"], *(r[c] for c in columns)))
END_OF_PYTHON
cat > "$out/trace.yaml" << END_OF_JOB
link: link_and_dedupe
sources:
  - name: events
    file: $out/events.csv
    id: event_id
    collapse: [dob, surname]
    columns:
      nhs: {from: nhs_number, as: nhs_number}
      written: {from: nhs_number, as: identifier, compare: no}
      forename: {from: first_name, as: name}
      surname: {from: last_name, as: name}
      dob: {from: date_of_birth, as: date, formats: ["%d/%m/%Y", "%Y-%m-%d"]}
      sex: {from: gender, as: sex}
      postcode: {as: postcode}
  - name: patients
    file: $data/patients.csv
    id: patient_id
    columns: {nhs: {from: nhs_number, as: nhs_number}, forename: {as: name}, surname: {as: name}, dob: {as: date}, sex: {as: sex}, postcode: {as: postcode}}
trace: {preset: mps, index: patients, columns: {as_given: written}}
END_OF_JOB
rm -rf "$out/result"
"$CARRICK" ingest "$out/trace.yaml" --quiet --out "$out/result" ${threads:+--threads "$threads"} >&2
/usr/bin/time -f 'trace: %e s, %U s of processor, %M KB' "$CARRICK" trace "$out/trace.yaml" --quiet --out "$out/result" ${threads:+--threads "$threads"}
python3 - "$data" "$out" << 'END_OF_PYTHON'
import collections, csv, sys
data, out = sys.argv[1:]
entity = {(r["source"], r["id"]): r["entity"] for r in csv.DictReader(open(f"{data}/truth.csv"))}
owner = {r["nhs_number"]: entity["patients", r["patient_id"]] for r in csv.DictReader(open(f"{data}/patients.csv")) if r["nhs_number"]}
held = set(owner.values())
who = {r["event_id"]: entity[r["council"], r["event"]] for r in csv.DictReader(open(f"{out}/events.csv"))}
found, right, reachable = collections.Counter(), collections.Counter(), 0
for r in csv.DictReader(open(f"{out}/result/trace.csv")):
    reachable += who[r["id"]] in held
    if r["number"] in owner:
        found[r["step"]] += 1
        right[r["step"]] += owner[r["number"]] == who[r["id"]]
print("\n| step | events | right |\n|---|---|---|")
for step in [*found, None]:
    n, k = (found[step], right[step]) if step else (sum(found.values()), sum(right.values()))
    print(f"| {step or 'all found'} | {n:,} | {100 * k / max(n, 1):.2f} % |")
print(f"\n{100 * sum(right.values()) / max(reachable, 1):.1f} % of the events of people who are in the index are traced rightly")
END_OF_PYTHON
