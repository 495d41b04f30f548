# Sourced by the job scripts of this folder: run carrick under srun, and put the job back into the queue when it is to carry on.
#
# CARRICK       the program, where it is not on the PATH
# CARRICK_MPI   how srun starts MPI programs: pmix, pmi2 (see 'srun --mpi=list'); default: pmix
#
# Before the time limit Slurm sends SIGUSR1 to every rank (--signal of the script). Carrick then saves what is done and exits 75: back to the
# queue. So does a job that lost a rank or a node (its status is 70, or none of Carrick's own), three times at most.

run_carrick() {
    local status=0
    export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
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
