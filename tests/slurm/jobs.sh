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

# The script that `carrick plan` wrote, with the nodes, ranks, cores, memory and time that it asks for.
"$carrick" plan region/job.yaml --out planned --ranks 4 --nodes 2 --cpus 1 --memory 2G --quiet || fail "plan"
grep -q '^#SBATCH --nodes=2$' planned/job.sbatch || fail "the plan's script does not ask for two nodes"
id=$(sbatch --parsable --output=job.log --overcommit planned/job.sbatch --threads 1) && wait_for "" "$id" 120 || fail "the plan's script is refused"
digests planned | diff expected - || { fail "the plan's script differs from one process"; cat job.log; }
[ "$(grep -o '"ranks": [0-9]*' planned/run.json)" = '"ranks": 4' ] || { fail "the plan's script: not four ranks"; cat job.log; }

done_by thresholds.sbatch --cpus-per-task=1 --array=0-1 -- region/job.yaml one
for weight in 0 2; do
    [ -s one-weight-$weight/evaluation.json ] || { fail "no evaluation at weight $weight"; cat job.log; }
done
finish
