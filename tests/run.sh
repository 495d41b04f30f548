#!/usr/bin/env bash
# Sets up as jobs/quickstart.sh does, builds everything, and runs the tests; ends with ctest's summary.
# usage: tests/run.sh [--long] [--mpi FLAVOUR] [ctest option...]
#     --long          also the tests labelled "long"
#     --mpi mpich     builds with MPICH and its HDF5 in build-mpich/, and runs the rank tests there (likewise openmpi)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

select=(-LE long)
mpi=
while :; do
    case ${1:-} in
        --long) select=("${select[@]:2}"); shift ;;
        --mpi) mpi=${2:?--mpi needs a flavour: mpich or openmpi}; select+=(-R '^ranks\.'); shift 2 ;;
        *) break ;;
    esac
done
"$root/jobs/build.sh" ${mpi:+--mpi "$mpi"}
build=$root/build${mpi:+-$mpi}

# Ranks outnumber cores on small machines: give way when idle, and do not refuse.
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
if [ -n "$mpi" ]; then
    export PATH=$root/tests/launcher:$PATH CARRICK_TEST_MPI=$mpi
fi
if [ "$mpi" = mpich ]; then
    export CARRICK_TEST_PRELOAD=$build/mpich_yield.so
    cc -shared -fPIC -O2 -o "$CARRICK_TEST_PRELOAD" "$root/tests/launcher/mpich_yield.c" -ldl
fi
cd "$build"
# What ran into its time limit is tried once more: mpirun of Open MPI 4 now and then locks itself up.
exec ctest --output-on-failure --repeat after-timeout:2 -j2 ${select[@]+"${select[@]}"} "$@"
