#!/usr/bin/env bash
# Connected components of graphs that are hard in one way each, at 1, 2 and 4 ranks; answers are checked. Prints a table.
#
#   bench/components.sh [--program BUILD/bench_components] [--small] [--folder DIR]
#
# Needs 2.5 GB of disk in DIR (default: a temporary one) for the largest graph, of 1e8 links; --small asks for 1/100.
# Columns: links are read (and joined) in `read s`, the ranks' forests meet in `meet s`; `MB sent` is of labels, over all ranks; `peak MB` is VmHWM of
# the largest rank, `grown MB` what of it came after MPI had started.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

program=$ROOT/build/bench_components folder='' small=''
take_options 'program folder' small "$@"
[ ${#words[@]} = 0 ] || usage
share=${small:+100} share=${share:-1}
[ -x "$program" ] || fail "no $program; build it with: cmake --build build --target bench_components"
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
file=$folder/components.links.h5

echo "| graph | records | links | ranks | rounds | MB sent | read s | meet s | peak MB | grown MB |"
echo "|---|---|---|---|---|---|---|---|---|---|"
while read -r graph records links; do
  "$program" make "$graph" $((records / share)) $((links / share)) "$file"
  for ranks in 1 2 4; do
    mpirun --oversubscribe --bind-to none -n "$ranks" "$program" find "$graph" $((records / share)) "$file" </dev/null
  done
  rm -f "$file"
done <<'GRAPHS'
chain 1000000 1000000
sparse 16000000 20000000
giant 1000000 100000000
GRAPHS
