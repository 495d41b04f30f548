#!/usr/bin/env bash
# Ids of persons last from run to run (previous:), by the rows that stay together; ids.csv is the log.
. "$(dirname "$0")/lib.bash"
small_set
run() { "$carrick" run "$@" --quiet > log 2>&1 || { cat log; fail "run $*"; }; }
person() { sed -n "s/^register,$2,//p" <("$carrick" export index "$1"); }

run job.yaml --out first
[ -e first/ids.csv ] && fail "a first run has a log of ids"
bob=$(person first 4) carol=$(person first 7)
[ "$bob" = "$(person first 5)" ] || fail "4 and 5 are not one person"

# 0 and 13 are new, and Ann's rows are gone: every record and every person has another number.
sed -e '1s/$/\n0,Zed,Quux,1911-11-11,Z9 9ZZ/' -e '/^[123],/d' people.csv > p && mv p people.csv
echo '13,Fay,Wray,1907-09-15,M9 9WR' >> people.csv
sed 's/evaluate:.*//' job.yaml > second.yaml
echo 'as_of: 2026-07-01' >> second.yaml
run second.yaml --out second --previous first
for id in 4 5 7 8 9 10 11 12; do
    [ "$(person first $id)" = "$(person second $id)" ] || fail "row $id has another person: $(person first $id), $(person second $id)"
done
ann=$(person first 1)
[ "$(sort second/ids.csv)" = "$(sort << END
as_of,reason,old_id,new_id,rows
2026-07-01,retired,$ann,,0
2026-07-01,new,,$(person second 0),1
2026-07-01,new,,$(person second 13),1
END
)" ] || { fail "log of new and retired persons"; cat second/ids.csv; }
[ "$(person second 0)" -gt "$("$carrick" export index first | tail -n +2 | cut -d, -f3 | sort -n | tail -1)" ] || fail "a new person has an old id"

# A third run splits Bob (4 and 5 keep, Robert goes) and merges Carol with Zed; the log goes on.
sed -e 's/^6,Robert,Jones,1975-05-06,/6,Rupert,Janes,1955-05-05,M7 7MM/' -e 's/^0,Zed,Quux,1911-11-11,Z9 9ZZ/0,Carol,Brown,1990-09-09,M3 3CC/' people.csv > p && mv p people.csv
zed=$(person second 0)
run second.yaml --out third --set as_of=2026-10-01 --set previous=second
[ "$(person third 4)" = "$bob" ] && [ "$(person third 6)" != "$bob" ] || fail "who Bob is after the split"
[ "$(person third 0)" = "$carol" ] && [ "$(person third 7)" = "$carol" ] || fail "who Carol is after the merge"
head -n "$(wc -l < second/ids.csv)" third/ids.csv | cmp -s - second/ids.csv || fail "the log does not go on from the last"
[ "$(tail -n 2 third/ids.csv)" = "2026-10-01,split,$bob,$(person third 6),1
2026-10-01,merged,$zed,$carol,1" ] || { fail "log of a split and a merge"; cat third/ids.csv; }

# Twice is once; a job without previous: counts its persons and has no log.
cp third/ids.csv kept.csv
"$carrick" digest third/index.h5 > kept.digest
run second.yaml --out third --set as_of=2026-10-01 --set previous=second --force
cmp -s kept.csv third/ids.csv && "$carrick" digest third/index.h5 | cmp -s - kept.digest || fail "the same run twice is not the same"
expect 0 'up to date' "$carrick" run second.yaml --out third --set as_of=2026-10-01 --set previous=second
run second.yaml --out third
[ -e third/ids.csv ] && fail "a log without a previous run"
[ "$(person third 0)" = 1 ] || fail "persons are not counted without a previous run"

# A change of the previous run is seen; what cannot be a previous run is refused.
run second.yaml --out fourth --previous second
run second.yaml --out second --previous first --set as_of=2026-07-02
expect 0 '^cluster .*persons' "$carrick" run second.yaml --out fourth --previous second
expect_error 5 'is not there' "$carrick" run second.yaml --out fourth --previous nowhere
expect_error 2 'result folder itself' "$carrick" run second.yaml --out fourth --previous fourth
mkdir -p empty
expect_error 5 'no finished result' "$carrick" run second.yaml --out fourth --previous empty
expect_error 2 'must be a real date' "$carrick" run second.yaml --out fourth --set as_of=2026-02-30

# Rows that were collapsed into records vote as rows.
sed 's/    id: id/    id: id\n    collapse: [forename, surname, dob]/' second.yaml > collapse.yaml
run collapse.yaml --out fifth --previous second
for id in 4 5 7 8 9 10 11 12; do
    [ "$(person second $id)" = "$(person fifth $id)" ] || fail "row $id has another person when rows are collapsed"
done
expect 0 'persons before' "$carrick" diff second fifth

# The same on several ranks.
if command -v mpirun > /dev/null; then
    run second.yaml --out one --previous first
    for ranks in 2 3 4; do
        rm -rf many
        mpirun --oversubscribe -n $ranks "$carrick" run second.yaml --out many --previous first --quiet > log 2>&1 || { cat log; fail "$ranks ranks"; }
        cmp -s one/ids.csv many/ids.csv || fail "the log differs on $ranks ranks"
        "$carrick" digest many/index.h5 | cut -d' ' -f2- | diff - <("$carrick" digest one/index.h5 | cut -d' ' -f2-) > difference || fail "the index differs on $ranks ranks"
    done
fi
finish
