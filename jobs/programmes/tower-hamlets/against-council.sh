#!/usr/bin/env bash
# against-council.sh [RESULT [DATA]]: people of the index beside the council's own counts, by sex and age, and households by UPRN beside its households. In the made-up borough the
# council's counts are the truth: DATA/persons.csv and DATA/households.csv. In life they are the mid-year estimate and the gazetteer of addresses.
set -euo pipefail
carrick=${CARRICK:-carrick}
result=${1:-result}
data=${2:-data}
"$carrick" population "$result" --by age,sex --residents --quiet --out - |
    awk -F, -v data="$data" '
    function wide(age,    y) { if (age == "") return "unknown"; y = age + 0; return y < 15 ? "0-14" : y < 45 ? "15-44" : y < 65 ? "45-64" : "65+" }
    BEGIN {
        getline < (data "/persons.csv")
        while ((getline line < (data "/persons.csv")) > 0) { split(line, f, ","); if (f[11] == 1) council[wide(2025 - substr(f[5], 1, 4)) "," f[6]]++ }
    }
    FNR > 1 { index_[wide($1) "," ($2 == "" ? "unknown" : $2)] += $3 }
    END {
        print "age,sex,council,index"
        for (k in council) print k "," council[k] "," index_[k] + 0
        for (k in index_) if (!(k in council)) print k ",0," index_[k]
    }' | { read -r header; echo "$header"; sort; }
echo
"$carrick" export households "$result" --quiet --out - |
    awk -F, -v data="$data" '
    function size(n) { return n > 7 ? "8 and more" : n }
    BEGIN { getline < (data "/households.csv"); while ((getline line < (data "/households.csv")) > 0) { split(line, f, ","); council[size(f[4])] += 1 / f[4] } }
    FNR > 1 && $2 > 0 && $4 == "private" { index_[size($3)] += 1 / $3 }
    END { print "size,council,index"; for (s = 1; s < 9; s++) { k = size(s); printf "%s,%.0f,%.0f\n", k, council[k], index_[k] } }'
