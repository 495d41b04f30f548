#!/usr/bin/env bash
# The job scripts of the five programmes on a real Slurm of this machine, on made-up regions of a few thousand people: the same bytes as of one process.
. "$(dirname "$0")/../cli/lib.bash"
. "$(dirname "$0")/cluster.bash"
open_cluster
programmes=$(cd "$CARRICK_JOBS/../programmes" && pwd)

# by_slurm PROGRAMME SHAPE PEOPLE: in a folder as its page says
by_slurm() {
    cp -r "$programmes/$1" . && cd "$1" || return 1
    "$carrick" synth --shape "$2" --people "$3" --out data --quiet || fail "synth $2"
    "$carrick" run job.yaml --out alone --quiet --threads 1 2> warnings || fail "$1 in one process: $(cat warnings)"
    local id
    id=$(sbatch --parsable --output=job.log --mem=0 --cpus-per-task=1 "$1.sbatch") && wait_for "" "$id" 600
    digests alone > expected
    digests result | diff expected - || { fail "$1 under Slurm differs from one process"; cat job.log; }
    [ "$(wc -l < expected)" -gt 5 ] || fail "$1 has hardly any dataset"
    "$carrick" audit verify result > /dev/null || fail "the log of $1"
    cd ..
}

by_slurm tower-hamlets tower-hamlets 2000
by_slurm care-city care-city 1000
by_slurm nwl-social-care nwl-social-care 5000
by_slurm nwl-looked-after nwl-looked-after 10000
by_slurm nwc-region nwc 3000
[ "$(grep -o '"ranks": [0-9]*' nwc-region/result/run.json)" = '"ranks": 2' ] || fail "nwc-region: not two ranks"
finish
