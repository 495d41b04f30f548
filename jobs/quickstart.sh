#!/usr/bin/env bash
# From a bare checkout to a linked region: installs packages if missing and allowed, builds, makes up a region of 200,000
# rows, links it on all cores, and prints the quality and where the files are.
# usage: jobs/quickstart.sh [ROWS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rows=${1:-200000}
carrick=$root/build/carrick
region=$root/build/quickstart/region
result=$root/build/quickstart/result

"$root/jobs/build.sh" carrick
mkdir -p "$root/build/quickstart"
"$carrick" synth --rows "$rows" --out "$region"
"$carrick" run "$region/job.yaml" --out "$result" > /dev/null # the table of quality comes last
"$carrick" evaluate "$result" --quiet
"$carrick" export index "$result" --out "$result/index.csv" --quiet

cat << END

Made-up extract    $region/records.csv
Job                $region/job.yaml
Result folder      $result
Person of each row $result/index.csv

Next: "$carrick" export links "$result" | head
      "$carrick" --help
END
