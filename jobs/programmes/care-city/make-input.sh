#!/usr/bin/env bash
# make-input.sh [PEOPLE [FOLDER]]: a made-up borough of the published size (220,000 residents, years 2011 on), or of PEOPLE, in FOLDER (data). CARRICK is the program, where it is not on the PATH.
set -euo pipefail
"${CARRICK:-carrick}" synth --shape care-city --people "${1:-220000}" --seed 1 --out "${2:-data}"
