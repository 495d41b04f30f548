#!/usr/bin/env bash
# What ends a job early on a real Slurm: the warning before the time limit, scancel, a lost node. Each time the job, or the next one in the same
# folder, carries on and gives the bytes of one process.
. "$(dirname "$0")/../cli/lib.bash"
. "$(dirname "$0")/cluster.bash"
open_cluster

"$carrick" synth --rows 40000 --seed 5 --out region --quiet || fail "synth"
sed -i 's/^blocking:/blocking:\n  - [sex]/' region/job.yaml # hundreds of millions of pairs
"$carrick" run region/job.yaml --out alone --quiet --threads 2 || fail "one process"
digests alone > expected
many=(many-nodes.sbatch --nodes=2 --ntasks-per-node=1 --cpus-per-task=1)

same_as_alone() {
    digests "$1" | diff expected - > difference || { fail "$2: not the bytes of one process"; head -3 difference; cat job.log; }
}

# at_work JOB FOLDER: the job runs and has begun to link
at_work() {
    local i
    wait_for RUNNING "$1" 60
    for i in $(seq 200); do
        grep -q '"name": "train"' "$2/run.json" 2> /dev/null && return 0
        sleep 0.1
    done
    fail "$2 does not get as far as linking"
}

id=$(submit "${many[@]}" -- region/job.yaml warned)
at_work "$id" warned
scancel --signal=USR1 "$id"
wait_for PENDING "$id" 60
wait_for "" "$id" 240
grep -q "back to the queue" job.log || { fail "the warning does not put the job back into the queue"; cat job.log; }
same_as_alone warned "after the warning"
rm -f job.log

id=$(submit "${many[@]}" -- region/job.yaml cancelled)
at_work "$id" cancelled
scancel "$id"
wait_for "" "$id" 60
[ -e cancelled/people.h5 ] || fail "scancel loses finished stages"
id=$(submit one-node.sbatch --cpus-per-task=2 -- region/job.yaml cancelled)
wait_for "" "$id" 240
same_as_alone cancelled "after scancel"
rm -f job.log

id=$(submit "${many[@]}" -- region/job.yaml lost)
at_work "$id" lost
lose_node n2
wait_for PENDING "$id" 90
start_node n2
wait_for "" "$id" 240
same_as_alone lost "after the loss of a node"

finish
