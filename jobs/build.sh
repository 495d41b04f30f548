#!/usr/bin/env bash
# Set-up that jobs/quickstart.sh and tests/run.sh share: packages, then a release build in build/.
# usage: jobs/build.sh [--mpi FLAVOUR] [TARGET]   (default: everything, with the mpicc of the PATH)
#     --mpi mpich     with MPICH and its HDF5, in build-mpich/ (likewise openmpi)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

mpi=
if [ "${1:-}" = --mpi ]; then
    mpi=${2:?--mpi needs a flavour: mpich or openmpi}
    shift 2
fi
build=$root/build${mpi:+-$mpi}
"$root/jobs/install-dependencies.sh" ${mpi:+--mpi "$mpi"}
mkdir -p "$build"
log=$build/configure.log
cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release ${mpi:+-DCARRICK_MPI="$mpi"} > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
cmake --build "$build" --parallel "$(nproc)" ${1:+--target "$1"} -- --no-print-directory
