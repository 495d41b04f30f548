# A real Slurm on this machine alone: a controller and two node daemons, on the loopback address.
#
#     source cluster.bash
#     start_cluster FOLDER      # exports SLURM_CONF; returns 77 where it cannot be, having said why
#     stop_cluster              # also on exit
#
# Needs root and the packages slurm-wlm and munge. FOLDER must be readable by everybody (munged runs as user munge).

say_skip() {
    echo "skipped: $1"
    return 77
}

cluster_possible() {
    [ "$(id -u)" = 0 ] || say_skip "a Slurm of one's own needs root" || return
    local program
    for program in munged slurmctld slurmd sbatch; do
        command -v "$program" > /dev/null || say_skip "$program is not installed (packages slurm-wlm, munge)" || return
    done
    id munge > /dev/null 2>&1 || say_skip "there is no user munge" || return
    pgrep -x slurmctld > /dev/null && { say_skip "another slurmctld runs on this machine"; return 77; }
    return 0
}

# munged of our own socket and key, so that a munge of the machine is left alone.
start_munge() {
    mkdir -p "$cluster/munge"
    head -c 1024 /dev/urandom > "$cluster/munge/key"
    chown -R munge: "$cluster/munge"
    chmod 711 "$cluster/munge"
    chmod 400 "$cluster/munge/key"
    runuser -u munge -- munged --key-file "$cluster/munge/key" --socket "$cluster/munge/socket" --pid-file "$cluster/munge/pid" \
        --log-file "$cluster/munge/log" --seed-file "$cluster/munge/seed"
}

write_configuration() {
    local host cores memory
    host=$(hostname -s)
    cores=$(nproc)
    memory=$(awk '/MemTotal/ {printf "%d", $2 / 1024 / 2}' /proc/meminfo)
    cat > "$cluster/slurm.conf" << CONF
ClusterName=carrick
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
CredType=cred/munge
MpiDefault=pmix
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd-%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/slurmd-%n.log
SlurmdSpoolDir=$cluster/spool-%n
StateSaveLocation=$cluster/state
TmpFS=$cluster/tmp-%n
KillWait=5
SlurmdTimeout=10
OverTimeLimit=0
JobRequeue=1
SchedulerParameters=bf_interval=1,sched_interval=1
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=$cores RealMemory=$memory
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=$cores RealMemory=$memory
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
}

# A machine that starts anew has no steps; what lay in its folder of temporary files may still be there.
start_node() {
    rm -rf "$cluster/spool-$1"
    mkdir -p "$cluster/spool-$1" "$cluster/tmp-$1"
    slurmd -N "$1" -f "$cluster/slurm.conf"
}

start_cluster() {
    cluster_possible || return
    cluster=$1
    mkdir -p "$cluster/state"
    chmod 755 "$cluster"
    start_munge || say_skip "munged does not start" || return
    write_configuration
    export SLURM_CONF=$cluster/slurm.conf
    trap stop_cluster EXIT
    slurmctld -f "$SLURM_CONF" || say_skip "slurmctld does not start" || return
    start_node n1 && start_node n2 || say_skip "slurmd does not start" || return
    local i
    for i in $(seq 60); do
        [ "$(sinfo -h -t idle -o %D 2> /dev/null)" = 2 ] && return 0
        sleep 0.5
    done
    sinfo >&2 || true
    tail -n 5 "$cluster"/*.log >&2
    say_skip "the nodes do not come up"
}

# A node that loses its power: its daemon, and the steps and processes that run there, end at once.
lose_node() {
    local process pid
    kill -9 "$(cat "$cluster/slurmd-$1.pid")"
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        if grep -qz "^SLURMD_NODENAME=$1" "$process/environ" 2> /dev/null; then
            kill -9 "$(awk '/^PPid/ {print $2}' "$process/status")" "$pid" 2> /dev/null
        fi
    done
    return 0
}

stop_cluster() {
    local pid
    [ -n "${cluster:-}" ] || return 0
    for pid in "$cluster"/slurmd-*.pid "$cluster/slurmctld.pid" "$cluster/munge/pid"; do
        [ -f "$pid" ] && kill "$(cat "$pid")" 2> /dev/null
    done
    for _ in $(seq 50); do
        [ -f "$cluster/slurmctld.pid" ] || break
        sleep 0.1
    done
    return 0
}

# --- what the tests share: lib.bash has been sourced, and calls itself with the carrick program ---

# A cluster in $scratch, and what its jobs need to know.
open_cluster() {
    chmod 755 "$scratch"
    start_cluster "$scratch/cluster" || exit
    trap 'stop_cluster; rm -rf "$scratch"' EXIT
    CARRICK_JOBS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../jobs/slurm" && pwd)
    export CARRICK=$carrick CARRICK_JOBS
    # The two nodes are one machine, which Open MPI cannot know: ranks talk through sockets, not through memory that they take for another node's.
    export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo
}

digests() {
    "$carrick" digest "$1/people.h5" "$1/links.h5" "$1/index.h5" | cut -d' ' -f2-
}

# submit SCRIPT OPTION... -- ARGUMENT...: print the number of the job; its log is job.log
submit() {
    local script=$1 options=()
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    sbatch --parsable --output=job.log --mem=0 "${options[@]}" "$CARRICK_JOBS/$script" "$@"
}

# wait_for STATE JOB SECONDS: until squeue says so ('' = the job has left the queue)
wait_for() {
    local i
    for i in $(seq $((5 * $3))); do
        [ "$(squeue -h -j "$2" -o %T 2> /dev/null)" = "$1" ] && return 0
        sleep 0.2
    done
    fail "job $2 is not ${1:-out of the queue} after $3 seconds"
    return 1
}
