#!/usr/bin/env bash
# Files that were cut short or whose bits flipped: said to be damaged, by name, with exit code 5, or of no consequence (unused bytes); never
# another result, never a crash. Every byte that HDF5 or we put there is under a checksum.
. "$(dirname "$0")/../cli/lib.bash"
flips=${2:-24}
small_set
"$carrick" run job.yaml --out whole --quiet > /dev/null 2>&1 || fail "the run fails"
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
"$carrick" export people whole > people.out
"$carrick" export links whole > links.out
"$carrick" export index whole > index.out

# flip FILE BYTE: one bit of it.
flip() { python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); b = f.read(1)[0]; f.seek(-1, 1); f.write(bytes([b ^ 1 << int(sys.argv[2]) % 8]))' "$1" "$2"; }

check_reading() { # FILE WHAT: export says the same as before, or which file is damaged
    local code
    timeout -s KILL 60 "$carrick" export "$1" result > now.out 2> errors
    code=$?
    if [ $code = 0 ]; then
        cmp -s now.out "$1.out" || fail "$2: exported otherwise, and nobody noticed"
    else
        [ $code = 5 ] || fail "$2: exit code $code: $(head -2 errors)"
        [ "$(grep -c "^carrick: .*result/$1.h5" errors)" = 1 ] || fail "$2: no sentence that names the file: $(head -2 errors)"
        noticed=$((noticed + 1))
    fi
}

for file in people links index; do
    bytes=$(stat -c %s whole/$file.h5) noticed=0
    for ((k = 0; k < flips; k++)); do
        rm -rf result
        cp -r whole result
        flip result/$file.h5 $((bytes * k / flips + k % 7))
        check_reading $file "$file.h5, a bit of byte $((bytes * k / flips + k % 7)) of $bytes"
    done
    [ $noticed -ge $((flips / 4)) ] || fail "$file.h5: only $noticed of $flips flipped bits were noticed"
    for part in 0 1 50 90 99; do
        rm -rf result
        cp -r whole result
        truncate -s $((bytes * part / 100)) result/$file.h5
        noticed=0
        check_reading $file "$file.h5 cut to $part %"
        [ $noticed = 1 ] || fail "$file.h5 cut to $part %: not noticed"
        expect 0 '' "$carrick" run job.yaml --out result --quiet
        cmp -s result/$file.h5 whole/$file.h5 || fail "$file.h5 cut to $part %: the next run makes another"
    done
done

# model.json and run.json cut short: a sentence, or made again.
for file in model.json run.json; do
    rm -rf result
    cp -r whole result
    truncate -s 100 result/$file
    timeout -s KILL 60 "$carrick" run job.yaml --out result --quiet > output 2>&1
    code=$?
    [ $code = 0 ] || { [ $code -ge 2 ] && grep -q "$file" output; } || fail "$file cut short: exit code $code: $(head -2 output)"
done

# Rows that an extract of changes leaves as they were are a part of a column, for which no checksum speaks: their codes are looked at.
if command -v h5dump > /dev/null; then
    sed 's/people.csv/new.csv/; s/    id: id/    id: id\n    extract: changes/' job.yaml > changes.yaml
    printf 'id,forename,surname,dob,postcode\n1,Ann,Smith,1980-01-02,M1 1AC\n' > new.csv
    expect 0 '' "$carrick" update changes.yaml --index whole --out updated --quiet
    at=$(h5dump -pH -d /columns/surname/code whole/people.h5 | sed -n 's/.*OFFSET \([0-9]*\).*/\1/p')
    rm -rf result updated
    cp -r whole result
    printf '\177' | dd of=result/people.h5 bs=1 seek=$((at + 11)) conv=notrunc 2> /dev/null
    expect_error 5 'columns/surname/code is damaged; make the file again' "$carrick" update changes.yaml --index result --out updated --quiet
else
    echo "no h5dump: damaged codes of carried rows were left out"
fi

# The modification times of inputs mean nothing, whatever the clock does; durations come from one that never jumps.
cp -r whole result2
touch -d '2001-01-01' people.csv
touch -d '2038-01-01' result2/*
expect 0 'Nothing to do' "$carrick" run job.yaml --out result2
if command -v faketime > /dev/null && ! sanitized; then
    expect 0 '' faketime -f '+10y x100' "$carrick" run job.yaml --out jumped --quiet
    cmp -s jumped/links.h5 whole/links.h5 || fail "another clock, other links"
else
    echo "no faketime, or a build with sanitizers: the jumping clock was left out"
fi
finish
