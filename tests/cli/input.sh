#!/usr/bin/env bash
# Bad input: each a sentence with its place, its exit code, and no person's value.
. "$(dirname "$0")/lib.bash"
small_set

# job FILE: the small job reading another file.
job() {
    sed "s/file: people.csv/file: $1/" job.yaml > other.yaml
}
ingest() { # CODE WORDS FILE
    job "$3"
    expect_error "$1" "$2" "$carrick" ingest other.yaml --out "out.$3" --quiet
}

ingest 5 "people.tsv does not exist; did you mean 'people.csv'" people.tsv
: > empty.csv
ingest 3 "empty.csv" empty.csv
sed '5s/,M2 2BB//' people.csv > ragged.csv
ingest 3 "ragged.csv.*row 4" ragged.csv
sed '6s/^5,/4,/' people.csv > twice.csv
ingest 3 "row 4.*row 5|rows 4 and 5" twice.csv
sed '4s/Smyth/Sm\xffyth/' people.csv > bytes.csv
ingest 3 "bytes.csv.*row 3" bytes.csv
sed '3s/^2,/,/' people.csv > noid.csv
ingest 3 "noid.csv.*row 2" noid.csv
grep -q Smith output && fail "an error message holds a value"

# The same rows are left out, and named without their values, when the job allows some.
job ragged.csv
expect 0 '1 rejected' "$carrick" ingest other.yaml --out allowed --set 'sources[0].rejects=1'
grep -qE '^register,.*ragged.csv,4,' allowed/rejects.csv || fail "rejects.csv does not name row 4: $(cat allowed/rejects.csv)"
grep -q Jones allowed/rejects.csv && fail "rejects.csv holds a value"

# windows-1252, named in the job
sed '4s/Smyth/Sm\xffth/' people.csv > western.csv
job western.csv
expect 0 '12 rows' "$carrick" ingest other.yaml --out western --set 'sources[0].encoding=windows-1252'

# the job file
expect_error 2 "colums.*did you mean 'columns'" "$carrick" run <(sed 's/columns:/colums:/' job.yaml) --out x
sed 's/columns:/colums:/' job.yaml > bad.yaml
expect_error 2 "bad.yaml.*colums.*did you mean 'columns'" "$carrick" run bad.yaml --out x
expect_error 2 "people.csv has no column 'surnam'; did you mean 'surname'" "$carrick" run job.yaml --out x \
    --set 'sources[0].columns.surname.from=surnam'
expect_error 2 "surnme.*did you mean 'surname'" "$carrick" run job.yaml --out x --set 'blocking[0]=[surnme]'
expect_error 2 "treshold" "$carrick" run job.yaml --out x --set treshold.match=0.9
[ ! -e x ] || fail "a job that is refused leaves a folder"

# a folder that cannot be made
: > in-the-way
expect_error 5 "in-the-way" "$carrick" run job.yaml --out in-the-way/result
# A value that is too long for a similarity is told by its column.
small_set
awk -F, 'BEGIN {OFS = ","; for (i = 0; i < 20000; i++) long = long "x"} NR == 2 {$2 = long} {print}' people.csv > longer.csv
expect_error 3 "Column 'forename' has a value of 20000 bytes" "$carrick" run job.yaml --set sources[0].file=longer.csv --out longer
finish
