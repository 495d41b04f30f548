#!/usr/bin/env bash
# make-input.sh [PEOPLE [FOLDER]]: a made-up borough of the published size (300,000 residents), or of PEOPLE, in FOLDER (data). CARRICK is the program, where it is not on the PATH.
set -euo pipefail
"${CARRICK:-carrick}" synth --shape tower-hamlets --people "${1:-300000}" --seed 1 --out "${2:-data}"
