#!/usr/bin/env bash
# The one place that installs packages: what is missing of Carrick's dependencies, from Debian (or Ubuntu), as root or
# through sudo. Where neither is allowed it says what to ask for. README.md, "Dependencies", says what each is for.
# usage: jobs/install-dependencies.sh [--mpi openmpi|mpich]   (default: openmpi; both can be installed side by side)
set -euo pipefail

mpi=openmpi
[ "${1:-}" != --mpi ] || mpi=${2:-}
case $mpi in
    openmpi) ranks=(libopenmpi-dev openmpi-bin libhdf5-openmpi-dev) ;;
    mpich) ranks=(libmpich-dev mpich libhdf5-mpich-dev) ;;
    *) echo "--mpi takes openmpi or mpich, not '$mpi'." >&2; exit 2 ;;
esac
packages=(
    gcc libc6-dev make cmake pkg-config "${ranks[@]}"
    libxxhash-dev libyaml-dev libjansson-dev libutf8proc-dev libpcre2-dev libcsv-dev libsodium-dev libsqlite3-dev libglpk-dev zlib1g-dev
    libcmocka-dev libjs-chart.js hdf5-tools python3
)

if ! command -v dpkg-query > /dev/null; then
    echo "This is no Debian system: nothing is installed. Carrick needs what these Debian packages hold: ${packages[*]}" >&2
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    # Another package may stand in for one (pkgconf for pkg-config), so ask for what is installed under the name.
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

become=()
if [ "$(id -u)" != 0 ]; then
    # Ask for a password only where somebody can type it.
    if command -v sudo > /dev/null && { sudo -n true 2> /dev/null || [ -t 0 ]; }; then
        become=(sudo)
    else
        echo "These packages are missing, and installing them needs root: ${missing[*]}" >&2
        echo "Ask for: apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
echo "Installing ${missing[*]}"
"${become[@]}" apt-get update -q
"${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
