#!/usr/bin/env bash
# A job that cannot run says so in one sentence, with the right exit code, and leaves nothing behind.
# usage: job_errors.sh CARRICK
set -u
carrick=$1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

printf 'id,forename,surname,dob\n1,ANN,SMITH,1980-01-02\n2,ANN,SMYTH,1980-01-02\n' > people.csv

job() { # KEYS-AFTER-SOURCES: a job file with a good source
    cat > job.yaml <<EOF
sources:
  - name: people
    file: people.csv
    id: id
    columns:
      forename: {as: name}
      surname: {as: name}
      dob: {as: date}
EOF
    cat >> job.yaml
}

refuses() { # EXIT-CODE SENTENCE [OPTION...]: the job in job.yaml
    local code=$1 sentence=$2 got
    shift 2
    "$carrick" run job.yaml --out result "$@" > out 2> err
    got=$?
    if [ $got -ne "$code" ] || ! grep -qF -- "$sentence" err; then
        echo "wanted exit $code and: $sentence"; echo "got exit $got and:"; cat err
        failures=$((failures + 1))
    fi
    [ "$(grep -c . err)" -eq 1 ] || { echo "more than one line:"; cat err; failures=$((failures + 1)); }
    [ ! -e result/people.h5 ] || { echo "people.h5 was made"; failures=$((failures + 1)); }
}

good='blocking: [dob]
comparisons: [{on: surname, preset: name}]'

job <<< "blockng: [dob]
comparisons: [{on: surname, preset: name}]"
refuses 2 "job.yaml:9: Key 'blockng' is not known; did you mean 'blocking'?"
job <<< "blocking:
  - [surnam, dob]
comparisons: [{on: surname, preset: name}]"
refuses 2 "job.yaml:10: blocking[0].keys[0]: At character 1 of 'surnam': no column is called 'surnam'; did you mean 'surname'?"
job <<< "blocking: [dob]
comparisons:
  - {on: surname, levels: [exact, jaro_winkle 0.9]}"
refuses 2 "did you mean 'jaro_winkler'?"
job <<< "$good
train: [
"
refuses 2 "not valid YAML"
job <<< "$good"
sed -i 's/people.csv/peple.csv/' job.yaml
refuses 5 "job.yaml:3: sources[0].files[0]:"
refuses 5 "peple.csv does not exist; did you mean 'people.csv'?"
job <<< "$good"
sed -i 's/forename: {as/forname: {as/' job.yaml
refuses 2 "job.yaml:6: sources[0].columns.forname.from[0]: people.csv has no column 'forname'; did you mean 'forename'?"
job <<< "$good"
refuses 2 "--set threshold.match=2: threshold.match: This must be a number" --set threshold.match=2
refuses 2 "Key 'treshold' is not known; did you mean 'threshold'?" --set treshold.match=0.9
refuses 2 "[5] is beyond the list" --set 'blocking[5]=dob'
rm job.yaml
refuses 5 "job.yaml"

[ $failures -eq 0 ] && echo "every bad job was refused"
exit $((failures > 0))
