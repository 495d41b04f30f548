# What the scripts of tests/cli and tests/ranks share. Each is called with the carrick program.
set -u
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
carrick=${1:?usage: SCRIPT CARRICK}
case $carrick in /*) ;; *) carrick=$PWD/$carrick ;; esac
scratch=$(mktemp -d)
sessions=$(mktemp -d) # of Open MPI, whose runs in one folder sometimes remove each other's
trap 'rm -rf "$scratch" "$sessions"' EXIT
cd "$scratch" || exit 1
failures=0

# Ranks outnumber cores on small machines; root is asked twice; MPI keeps memory that a sanitizer would report.
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_orte_tmpdir_base=$sessions
export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect CODE WORDS COMMAND...: it ends with CODE, and what it prints holds WORDS (a grep -E pattern; '' for any).
expect() {
    local code=$1 words=$2 got
    shift 2
    "$@" > output 2>&1 < /dev/null
    got=$?
    if [ $got != "$code" ]; then
        fail "exit code $got instead of $code: $*"
        sed 's/^/    /' output
    elif [ -n "$words" ] && ! grep -qE -- "$words" output; then
        fail "no '$words' in what this prints: $*"
        sed 's/^/    /' output
    fi
}

# One error is one sentence: said once, by the program's name.
expect_error() {
    expect "$@"
    [ "$(grep -c '^carrick: ' output)" = 1 ] || fail "not exactly one error line: ${*:3}"
}

# A build with sanitizers, in which memory is not locked and other libraries cannot come first.
sanitized() {
    grep -q __asan_init "$carrick"
}

finish() {
    [ $failures = 0 ] && echo "all as expected"
    exit $((failures > 0))
}

# A dozen rows that are five people, and a job that links them with a model given in full.
small_set() {
    cat > people.csv << 'END'
id,forename,surname,dob,postcode
1,Ann,Smith,1980-01-02,M1 1AA
2,Anne,Smith,1980-01-02,M1 1AA
3,Ann,Smyth,1980-01-02,M1 1AB
4,Bob,Jones,1975-05-06,M2 2BB
5,Bob,Jones,1975-05-06,M2 2BB
6,Robert,Jones,1975-05-06,
7,"Carol, ""Caz""",Brown,1990-09-09,M3 3CC
8,Carol,Brown,1990-09-09,M3 3CC
9,Dev,Patel,1966-12-01,M4 4DD
10,Dev,Patel,,M4 4DD
11,Eve,Patel,1999-03-04,M4 4DD
12,Eve,Patel,1999-03-04,M4 4DD
END
    cat > truth.csv << 'END'
id,entity
1,a
2,a
3,a
4,b
5,b
6,b
7,c
8,c
9,d
10,d
11,e
12,e
END
    cat > job.yaml << 'END'
name: small
sources:
  - name: register
    file: people.csv
    id: id
    columns:
      forename: {as: name}
      surname: {as: name}
      dob: {as: date}
      postcode: {as: postcode}
blocking:
  - [surname]
  - [dob]
comparisons:
  - {on: forename, levels: [exact, jaro_winkler 0.8], m: [0.8, 0.15, 0.05], u: [0.02, 0.03, 0.95]}
  - {on: surname, levels: [exact, levenshtein 1], m: [0.9, 0.08, 0.02], u: [0.02, 0.01, 0.97]}
  - {on: dob, levels: [exact], m: [0.95, 0.05], u: [0.01, 0.99]}
  - {on: postcode, levels: [exact, sector], m: [0.8, 0.1, 0.1], u: [0.02, 0.02, 0.96]}
prior: 0.1
floor: -20
threshold: {match_weight: 2}
evaluate: {truth: truth.csv}
END
}
