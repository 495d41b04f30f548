# What the scripts of bench/ share; sourced, after `set -eu`. Needs bash, and python3 for tables and JSON.
BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$BENCH")
SPLINK_PACKAGES=(splink==5.0.0 duckdb==2.0.0 pandas numpy psutil pyyaml)

# Open MPI starts as root, and more ranks than cores, only when it is told to; single ranks obey too.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0##*/}: $*"; exit 1; }
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit "${1:-2}"; }

# take_options VALUES FLAGS ARGUMENT...: --NAME VALUE of the words VALUES sets the variable of that name, --NAME of FLAGS sets it to 1, with _ for -. Every script
# knows --help, and --carrick PATH; those that have `set` among VALUES collect --set KEY=VALUE into the array `overrides`. What is no option goes into the array `words`.
take_options() {
  local values=" $1 " flags=" $2 " name
  shift 2
  words=() overrides=()
  while [ $# -gt 0 ]; do
    name=${1#--}
    case $1 in
      --help | -h) usage 0 ;;
      --?*)
        if [[ $flags = *" $name "* ]]; then
          printf -v "${name//-/_}" 1
        elif [[ "$values carrick " = *" $name "* ]]; then
          [ $# -ge 2 ] || fail "$1 needs a value"
          case $name in
            carrick) CARRICK=$2 ;;
            set) overrides+=(--set "$2") ;;
            *) printf -v "${name//-/_}" %s "$2" ;;
          esac
          shift
        else
          usage
        fi ;;
      -*) usage ;;
      *) words+=("$1") ;;
    esac
    shift
  done
}
# The folder of results, made, with its whole path: out=$(make_out FOLDER)
make_out() { mkdir -p "$1" && cd "$1" && pwd; }

# The carrick program: $CARRICK, a build folder of this tree, or the PATH.
find_carrick() {
  local found=${CARRICK:-}
  if [ -z "$found" ]; then
    for found in "$ROOT"/build/carrick "$ROOT"/build/*/carrick "$ROOT"/build-*/carrick; do
      [ -x "$found" ] && break
    done
    [ -x "$found" ] || found=$(command -v carrick || true)
  fi
  [ -x "$found" ] || fail "no carrick program; build it (cmake -S . -B build && cmake --build build) or name it with --carrick PATH"
  CARRICK=$(cd "$(dirname "$found")" && pwd)/$(basename "$found")
}

# carrick on RANKS ranks: carrick_on RANKS arguments...
carrick_on() {
  local ranks=$1
  shift
  if [ "$ranks" -gt 1 ]; then
    mpirun --oversubscribe --bind-to none -n "$ranks" "$CARRICK" "$@"
  else
    "$CARRICK" "$@"
  fi
}

now() { printf '%s' "$EPOCHREALTIME"; }
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }'; }
machine() {
  local model
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
  printf '%s, %s cores, %s' "${model:-$(uname -m)}" "$(nproc)" "$(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo 2>/dev/null)"
}

# A Python that has Splink, made once in $1 (a folder); sets SPLINK_PYTHON. Fails when the packages cannot be had.
make_splink_python() {
  local folder=$1
  SPLINK_PYTHON=$folder/bin/python
  if [ ! -x "$SPLINK_PYTHON" ] || ! "$SPLINK_PYTHON" -c 'import splink, yaml' 2>/dev/null; then
    say "making a virtual environment with ${SPLINK_PACKAGES[*]} in $folder"
    python3 -m venv "$folder" && "$SPLINK_PYTHON" -m pip install --quiet --disable-pip-version-check "${SPLINK_PACKAGES[@]}" >&2
  fi
}
