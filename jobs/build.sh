#!/usr/bin/env bash
# Set-up that jobs/quickstart.sh and tests/run.sh share: packages, then a release build in build/.
# usage: jobs/build.sh [TARGET]   (default: everything)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/jobs/install-dependencies.sh"
mkdir -p "$root/build"
log=$root/build/configure.log
cmake -S "$root" -B "$root/build" -DCMAKE_BUILD_TYPE=Release > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
cmake --build "$root/build" --parallel "$(nproc)" ${1:+--target "$1"} -- --no-print-directory
