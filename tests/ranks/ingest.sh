#!/usr/bin/env bash
# Ingest's own test under mpirun at 1 to 4 ranks: the same rows come out however files are cut. usage: ingest.sh CARRICK_PROGRAM
set -u
build=$(dirname "$1")
command -v mpirun >/dev/null || { echo "skipped: no mpirun"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1 CARRICK_TEST_RANKS=1
# MPI and HDF5 keep memory to the end of the process; leaks are looked for in the run without MPI.
export ASAN_OPTIONS=detect_leaks=0
fail=0
for n in 1 2 3 4; do
    if ! output=$(timeout 250 mpirun -n "$n" "$build/test_ingest" 2>&1); then
        echo "test_ingest fails at $n ranks:"
        grep -vE '\[ +(RUN|OK) +\]' <<<"$output" | tail -40
        fail=1
    fi
done
exit $fail
