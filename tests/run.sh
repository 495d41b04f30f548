#!/usr/bin/env bash
# Sets up as jobs/quickstart.sh does, builds everything, and runs the tests; ends with ctest's summary.
# usage: tests/run.sh [--long] [ctest option...]     --long: also the tests labelled "long"
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

label=(-LE long)
if [ "${1:-}" = --long ]; then
    label=()
    shift
fi
"$root/jobs/build.sh"
# Ranks outnumber cores on small machines: give way when idle, and do not refuse.
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
cd "$root/build"
exec ctest --output-on-failure -j2 ${label[@]+"${label[@]}"} "$@"
