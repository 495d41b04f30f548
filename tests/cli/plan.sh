#!/usr/bin/env bash
# carrick plan: what fits, what does not, limits on pairs, and the job script.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"

field() { python3 -c 'import json,sys; v=json.load(open(sys.argv[1]))
for k in sys.argv[2].split("."): v=v[int(k)] if isinstance(v,list) else v[k]
print(v)' "$1" "$2"; }
same() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"; }

small_set

# It fits: prices, the same each time with a rate, and a script that bash reads.
expect 0 'pairs to compare' "$carrick" plan job.yaml --out result --rate 1000000 --cpus 2
grep -q '^peak ' output || fail "no peak of memory and time"
grep -q 'result/job.sbatch$' output || fail "it does not say where the script is"
cp output first
cp result/plan.json first.json
bash -n result/job.sbatch || fail "job.sbatch is no bash"
for line in --nodes=1 --ntasks=1 --cpus-per-task=2 --signal=USR1@180 --requeue; do
    grep -qx -- "#SBATCH $line" result/job.sbatch || fail "job.sbatch lacks $line"
done
grep -q -- "run '$PWD/result' --out '$PWD/result'" result/job.sbatch || fail "job.sbatch does not run the folder"
expect 0 'up to date' "$carrick" plan result --rate 1000000 --cpus 2
diff <(grep -v '^carrick\|^ingest\|^blocks\|^  rule\|largest blocks' first) <(grep -v '^carrick\|^ingest\|^blocks\|^  rule\|largest blocks' output) > /dev/null ||
    fail "two plans at one rate differ"
cmp -s first.json result/plan.json || fail "two plan.json at one rate differ"
expect 0 '' mpirun -n 2 "$carrick" plan result --rate 1000000 --cpus 2 --ranks 1 --quiet
cmp -s first.json result/plan.json || fail "two ranks plan otherwise than one"

# The counts are those of the run; the run uses what was ingested, and the next plan knows its links.
expect 0 'ingest +up to date' "$carrick" run job.yaml --out result
same "pairs" "$(field result/plan.json work.pairs)" "$(python3 -c 'import json
print(next(s["counts"]["candidates"] for s in json.load(open("result/run.json"))["stages"] if s["name"] == "link"))')"
same "links known before a run" "$(field result/plan.json work.links_known)" False
expect 0 'as an earlier run found' "$carrick" plan result
same "links known after a run" "$(field result/plan.json work.links_known)" True
same "rate given" "$(field result/plan.json time.rate_given)" False
same "new pairs of rule 0" "$(field result/plan.json rules.0.new_pairs)" "$(field first.json rules.0.new_pairs)"

# Ranks time the same pairs together, and count as one does.
expect 0 'timed here' mpirun -n 2 "$carrick" plan result --ranks 1
same "pairs of two ranks" "$(field result/plan.json work.pairs)" "$(field first.json work.pairs)"
same "memory planned by two ranks for one" "$(field result/plan.json memory.terms.rows)" "$(field first.json memory.terms.rows)"

# The script runs, by a stand-in for srun; 75 puts the job back, and any other end is the job's own.
mkdir -p bin
cat > bin/srun << 'END'
#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
[ -z "${STANDIN:-}" ] || exit "$STANDIN"
exec "$@"
END
printf '#!/bin/sh\necho "requeued $2"\n' > bin/scontrol
chmod +x bin/srun bin/scontrol
export CARRICK=$carrick SLURM_JOB_ID=17
expect 0 'up to date' env PATH="$PWD/bin:$PATH" bash result/job.sbatch
STANDIN=75 expect 75 'requeued 17' env PATH="$PWD/bin:$PATH" bash result/job.sbatch
# After each return from the queue the work is a step of the next number.
printf 'echo step >> steps\n' | sed -i '1r /dev/stdin' bin/srun
SLURM_RESTART_COUNT=2 expect 0 'up to date' env PATH="$PWD/bin:$PATH" bash result/job.sbatch
same "steps of a job that came back twice" "$(wc -l < steps)" 3
STANDIN=3 expect 3 '' env PATH="$PWD/bin:$PATH" bash result/job.sbatch
grep -q requeued output && fail "a failed job went back to the queue"

# What is asked for.
expect 0 '8 ranks of 4 threads on 3 nodes' "$carrick" plan result --rate 1e6 --ranks 8 --nodes 3 --cpus 4 --memory 2G
for line in --nodes=3 --ntasks=8 --ntasks-per-node=3 --cpus-per-task=4; do
    grep -qx -- "#SBATCH $line" result/job.sbatch || fail "job.sbatch lacks $line"
done
expect_error 2 "needs a size such as 512M or 2G, not 'much'" "$carrick" plan result --memory much
expect_error 2 'no more --nodes than --ranks' "$carrick" plan result --ranks 2 --nodes 3
expect_error 2 '--rate needs pairs a second' "$carrick" plan result --rate -5

# It does not fit: one sentence, exit code 6, the plan is written, no script is left to be taken for this plan's.
expect_error 6 'does not fit: stage [a-z]+ needs .* of each of 1 ranks, and --memory allows 10.0 MiB; no number of such ranks' \
    "$carrick" plan result --rate 1e6 --memory 10M
same "fits" "$(field result/plan.json memory.fits)" False
[ ! -e result/job.sbatch ] || fail "a plan that does not fit leaves a script"

# Too many pairs: for a rule, for the job; in plan and before the work of train.
sentence='rule 0 \(surname\) would make [0-9]+ pairs, more than the 2 that max_pairs of the rule allows; its largest block has [0-9]+ records'
expect_error 3 "$sentence" "$carrick" plan job.yaml --out limited --set 'blocking[0]={keys: [surname], max_pairs: 2}'
[ ! -e limited/job.sbatch ] || fail "a plan that was stopped leaves a script"
expect_error 3 "$sentence" "$carrick" run job.yaml --out limited --set 'blocking[0]={keys: [surname], max_pairs: 2}'
[ ! -e limited/model.json ] || fail "training went on"
expect_error 3 'more than the 1 that max_pairs of the job allows' "$carrick" plan job.yaml --out limited --set max_pairs=1
pairs=$(field first.json work.pairs)
expect_error 3 "rules would make $pairs pairs, more than the $((pairs - 1)) that max_pairs of the job" \
    mpirun -n 2 "$carrick" run job.yaml --out limited --set max_pairs=$((pairs - 1))
expect 0 '' "$carrick" run job.yaml --out limited --set max_pairs="$pairs"
expect 0 'link +up to date' "$carrick" run job.yaml --out limited --set max_pairs=1000000

if command -v sbatch > /dev/null && sbatch --version > /dev/null 2>&1 && sinfo > /dev/null 2>&1; then
    expect 0 '' "$carrick" plan result --rate 1e6
    expect 0 '' sbatch --test-only result/job.sbatch
fi
finish
