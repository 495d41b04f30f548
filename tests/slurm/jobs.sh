#!/usr/bin/env bash
# The job scripts of jobs/slurm on a real Slurm of two node daemons on this machine: two nodes x two ranks give the bytes of one process.
. "$(dirname "$0")/../cli/lib.bash"
. "$(dirname "$0")/cluster.bash"
open_cluster

# done_by SCRIPT ...: submit and wait
done_by() {
    local id
    id=$(submit "$@") && wait_for "" "$id" 120
}

"$carrick" synth --rows 20000 --seed 5 --out region --quiet || fail "synth"
"$carrick" run region/job.yaml --out alone --quiet --threads 1 || fail "one process"
digests alone > expected

done_by one-node.sbatch --cpus-per-task=1 -- region/job.yaml one
digests one | diff expected - || { fail "one node differs from one process"; cat job.log; }

done_by many-nodes.sbatch --nodes=2 --ntasks-per-node=2 --cpus-per-task=1 --overcommit -- region/job.yaml two
digests two | diff expected - || { fail "two nodes x two ranks differ from one process"; cat job.log; }
[ "$(grep -o '"ranks": [0-9]*' two/run.json)" = '"ranks": 4' ] || fail "not four ranks"

done_by thresholds.sbatch --cpus-per-task=1 --array=0-1 -- region/job.yaml one
for weight in 0 2; do
    [ -s one-weight-$weight/evaluation.json ] || { fail "no evaluation at weight $weight"; cat job.log; }
done
finish
