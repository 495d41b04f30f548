#!/usr/bin/env bash
# The rooms' own tests again, under mpirun at 1 to 4 ranks. usage: rooms.sh CARRICK_PROGRAM
set -u
build=$(dirname "$1")
command -v mpirun >/dev/null || { echo "skipped: no mpirun"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1 CARRICK_TEST_RANKS=1
# MPI and HDF5 keep memory to the end of the process; the rooms' own leaks are looked for in the runs without MPI.
export ASAN_OPTIONS=detect_leaks=0
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
fail=0
for room in par store gather carry_links cluster cluster_merge units cascade assess trace; do
    for n in 1 2 3 4; do
        # Three ranks share no memory, four share two by two, as if on two machines.
        if ! CARRICK_SHARING_RANKS=$((n == 3 ? 1 : 2)) timeout 120 mpirun -n "$n" "$build/test_$room" >"$folder/log" 2>&1; then
            echo "test_$room fails at $n ranks:"
            grep -vE '\[ +(RUN|OK) +\]' "$folder/log" | tail -40
            fail=1
        fi
    done
done
exit $fail
