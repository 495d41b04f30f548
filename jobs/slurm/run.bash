# Sourced by the job scripts of this folder: run carrick under srun, and put the job back into the queue when it is to carry on.
#
# CARRICK       the program, where it is not on the PATH
# CARRICK_MPI   how srun starts MPI programs: pmix, pmi2 (see 'srun --mpi=list'); default: pmix
#
# Before the time limit Slurm sends SIGUSR1 to every rank (--signal of the script). Carrick then saves what is done and exits 75: back to the
# queue. So does a job that lost a rank or a node (its status is 70, or none of Carrick's own), three times at most.

# A job that comes back from the queue numbers its steps from 0 again. What Slurm's PMIx left on a node that died (folder and socket of a step, by its number)
# keeps a step of the same number from starting there, so each time the work gets the next number.
take_step_numbers() {
    local k
    for ((k = 0; k < ${SLURM_RESTART_COUNT:-0}; k++)); do
        srun --mpi=none --nodes=1 --ntasks=1 true || true
    done
}

run_carrick() {
    local status=0
    export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
    take_step_numbers
    srun --mpi="${CARRICK_MPI:-pmix}" --cpus-per-task="$OMP_NUM_THREADS" --kill-on-bad-exit=1 "${CARRICK:-carrick}" "$@" || status=$?
    case $status in
        0 | 2 | 3 | 4 | 5 | 6) exit "$status" ;;
        75) echo "Not done within the time limit: back to the queue, to be resumed." ;;
        *)
            [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ] || exit "$status"
            echo "A rank was lost (status $status): back to the queue, to be resumed."
            ;;
    esac
    scontrol requeue "$SLURM_JOB_ID"
    exit "$status"
}
