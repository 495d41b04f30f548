#!/usr/bin/env bash
# properties.sh [RESULT [DATA]]: what is known of properties, beside the households that live in them. RESULT/properties.csv has a row for each household of a UPRN, and no person:
# its size, and of its property the energy rating, incidents of anti-social behaviour, visits of pest control and a licence for multiple occupation. The file is identifiable
# (a row is a home), so it stays in RESULT; what leaves is properties.yaml's table of counts.
set -euo pipefail
carrick=${CARRICK:-carrick}
result=${1:-result}
data=${2:-data}
umask 077
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$carrick" export households "$result" --quiet --out "$scratch/households.csv"
# Persons' addresses hold commas: only the columns person and uprn are read, from a copy without quoted fields.
"$carrick" export persons "$result" --show-values --quiet --out - | sed 's/"[^"]*"//g' > "$scratch/persons.csv"
# A household has the UPRN that most of its persons have (of equals the smallest).
awk -F, -v OFS=, '
    function column(name,    i) { for (i = 1; i <= NF; i++) if ($i == name) return i; print "no column " name " in " FILENAME > "/dev/stderr"; exit 1 }
    FNR == 1 { file++; uprn = column(file == 2 ? "household" : "uprn"); rating_of = file == 3 ? column("current_energy_rating") : 0; next }
    file == 1 { of[$1] = $uprn; next }
    file == 2 { if ($2 && of[$1] != "") count[$2 OFS of[$1]]++; size[$2] = $3; next }
    file == 3 { rating[$uprn] = $rating_of; next }
    file == 4 { asb[$uprn]++; next }
    file == 5 { pest[$uprn]++; next }
    { licence[$uprn] = "licensed" }
    function band(n) { return n > 3 ? "4 and more" : n + 0 }
    END {
        for (k in count) { split(k, p, OFS); if (count[k] > most[p[1]] || count[k] == most[p[1]] && p[2] < at[p[1]]) { most[p[1]] = count[k]; at[p[1]] = p[2] } }
        print "household,size,energy_rating,anti_social_behaviour,pest_control,multiple_occupation"
        for (h in at) { u = at[h]; print h, (size[h] > 7 ? "8 and more" : size[h]), (u in rating ? rating[u] : "not rated"), band(asb[u]), band(pest[u]), (u in licence ? "licensed" : "no") }
    }' "$scratch/persons.csv" "$scratch/households.csv" "$data/energy_ratings.csv" "$data/anti_social_behaviour.csv" "$data/pest_control.csv" "$data/multiple_occupation.csv" > "$scratch/properties.csv"
{ head -1 "$scratch/properties.csv"; tail -n +2 "$scratch/properties.csv" | sort -t, -k1,1n; } > "$result/properties.csv"
echo "$(($(wc -l < "$result/properties.csv") - 1)) households with a UPRN are in $result/properties.csv"
