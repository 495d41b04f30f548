#!/usr/bin/env bash
# Separation and destruction: what later stages read, who may open it, and that nothing is left when it is purged.
source "$(dirname "$0")/lib.bash"
small_set
sed -i '1s/$/,diagnosis/; 2,$s/$/,PAYLOAD-C34/' people.csv
expect 0 '' "$carrick" run job.yaml --out result
# Payload is not in any file of the result, and after ingest the extract is not read again.
! grep -rqa PAYLOAD result || fail "payload is in the result folder"
"$carrick" export people result 2> /dev/null | head -1 | grep -qv diagnosis || fail "people.h5 has a payload column"
cp -r result again
mv people.csv away.csv
for stage in train link cluster; do
    expect 0 '' "$carrick" "$stage" again --force
    [ "$stage" = train ] || cmp -s <("$carrick" digest "result/$([ $stage = link ] && echo links || echo index).h5" | cut -d' ' -f2-) \
        <("$carrick" digest "again/$([ $stage = link ] && echo links || echo index).h5" | cut -d' ' -f2-) || fail "$stage without the extract differs"
done
mv away.csv people.csv
[ "$(stat -c %a result)" = 700 ] || fail "the result folder is open to others"

# Not yet, and what is refused: nothing goes.
mkdir keys && chmod 700 keys && "$carrick" key keys/release.key 2> /dev/null
files() { find "$1" | sort | md5sum; }
before=$(files .)
refused() { expect_error "$1" "$2" "$carrick" purge "${@:3}"; [ "$(files .)" = "$before" ] || fail "something went: ${*:3}"; }
touch output && before=$(files .)
expect 0 'Nothing was removed' "$carrick" purge --identifiable result --before 2020-01-01
expect 0 'Nothing was removed' "$carrick" purge --identifiable result --older-than 92
[ "$(files .)" = "$before" ] || fail "something went before its time"
refused 2 'needs --identifiable' --now
refused 2 'must say whether it is time' --identifiable result
refused 2 'must say whether it is time' --identifiable result --now --before 2020-01-01
refused 2 'needs a date' --identifiable result --before yesterday
refused 2 'needs a date' --identifiable result --before 2026-02-30
refused 2 'days at most' --identifiable result --older-than 18446744073709551
refused 5 'is not there' --identifiable nowhere --now
refused 5 'is no result folder' --identifiable keys --now
refused 5 'is no result folder' --identifiable . --now
ln -s result link && before=$(files .)
refused 5 'symbolic link' --identifiable link --now
refused 5 'symbolic link' --identifiable link/ --now
refused 5 'may not be a folder of keys' --identifiable result --keys result --now
mkdir loose && touch loose/notes && chmod 644 loose/notes && before=$(files .)
refused 5 'may not be a folder of keys' --identifiable result --keys loose --now
cp -r result inner && cp people.csv inner/ && sed -i "s|$PWD/people.csv|$PWD/inner/people.csv|" inner/run.json && before=$(files .)
refused 5 'an extract that the job reads' --identifiable inner --now
rm -r inner link loose

# The window of three months, by the log's last line, else by run.json; at the day itself it is over.
mkdir aged && cp result/run.json result/job.resolved.yaml aged/ && echo x > aged/people.h5
log_of() { printf '{"line":1,"when":"%s"}\n' "$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)" > aged/audit.jsonl; }
touch -d '200 days ago' aged/run.json && log_of '91 days ago'
expect 0 'Nothing was removed' "$carrick" purge --identifiable aged --older-than 92
expect 0 'Nothing was removed' "$carrick" purge --identifiable aged --before "$(date -u -d '92 days ago' +%F)"
rm aged/audit.jsonl && touch -d '91 days ago' aged/run.json
expect 0 'Nothing was removed' "$carrick" purge --identifiable aged --older-than 92
[ -f aged/people.h5 ] || fail "something went before its time"
cp -r aged older && log_of '93 days ago'
expect 0 'files removed' "$carrick" purge --identifiable aged --older-than 92
[ ! -e aged/people.h5 ] || fail "what is older than the window stays"
touch -d '93 days ago' older/run.json
expect 0 'files removed' "$carrick" purge --identifiable older --before "$(date -u -d '92 days ago' +%F)"
rm -r aged older

# What cannot be removed (a path too long to name) stops it; the folder can still be told for a result, so that it can go on.
cp -r result stuck
(cd stuck && for i in $(seq 18); do d=$(printf "%0250d" "$i") && mkdir "$d" && cd "$d" || exit; done)
expect_error 5 'is too long' "$carrick" purge --identifiable stuck --now
[ -f stuck/run.json ] && grep -q '"complete": false' stuck/purge.json || fail "a purge that could not end"
rm -rf stuck/0* && expect 0 'files removed' "$carrick" purge --identifiable stuck --now
[ ! -e stuck/run.json ] && grep -q '"complete": true' stuck/purge.json && [ "$(grep -c '"file": "people.h5"' stuck/purge.json)" = 1 ] || fail "a purge that went on"
rm -r stuck

# Now: all but the log, the record of it, and a release. Links are removed, not followed.
mkdir -p result/out result/unfinished/deep elsewhere && echo '{}' > result/out/release.json && echo k > result/out/gp.csv
echo secret > elsewhere/file && ln -s ../elsewhere result/way && ln -s ../../elsewhere/file result/unfinished/deep/file && echo x > result/unfinished/deep/x
hash=$(sha256sum < result/people.h5 | cut -d' ' -f1)
lines=$(wc -l < result/audit.jsonl)
expect 0 'files removed' "$carrick" purge --identifiable result/ --keys keys --now
[ "$(cd result && find . -type f -o -type l | sort | tr '\n' ' ')" = "./audit.jsonl ./out/gp.csv ./out/release.json ./purge.json " ] || fail "what is left: $(find result)"
[ -f elsewhere/file ] || fail "a symbolic link was followed"
[ ! -e keys ] || fail "the keys are still there"
grep -q "$hash" result/purge.json || fail "purge.json has no hash of people.h5"
! sed -n '/keys_removed/,/]/p' result/purge.json | grep -q sha256 || fail "a key could be found from its hash"
for word in '"complete": true' '"file": "index.h5"' '"file": "unfinished/deep/x"' '"file": "release.key"' '"out"'; do
    grep -q "$word" result/purge.json || fail "purge.json lacks $word"
done
[ "$(wc -l < result/audit.jsonl)" = $((lines + 1)) ] || fail "the purge is not in the log"
expect 0 'as they were written' "$carrick" audit verify result
! grep -rqaiE 'smith|1980-01-02|PAYLOAD' result || fail "something of a person is left"
expect_error 5 'purged before' "$carrick" purge --identifiable result --now
# A folder that is used again and purged again keeps the record of both; none is purged, or marked as free, while a run is at work in it.
expect 0 '' "$carrick" run job.yaml --out result
exec 9<> result/.lock && before=$(files result)
if command -v python3 > /dev/null; then
    python3 -c 'import fcntl, struct, sys, time
fcntl.fcntl(9, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK'
    expect_error 5 'Another run is at work' "$carrick" purge --identifiable result --now
    [ "$(files result)" = "$before" ] || fail "a purge beside a run"
fi
exec 9>&-
expect 0 'files removed' "$carrick" purge --identifiable result --now
[ "$(grep -c '"file": "people.h5"' result/purge.json)" = 2 ] && grep -q "$hash" result/purge.json || fail "the record of the first purge is lost"
finish
