# Comparing an exported links.csv with the pairs that Splink made.

# agree PAIRS LINKS: the same pairs, match_key and gammas, weights within 1e-9; says what differs.
agree() {
    awk -F, '
        function column(name) { return (name in at) ? at[name] : 0 }
        FNR == 1 { file++; delete at; for (i = 1; i <= NF; i++) { at[$i] = i; name[i] = $i } }
        FNR == 1 && file == 1 {
            l = column("unique_id_l"); r = column("unique_id_r"); weight = column("match_weight"); key = column("match_key")
            for (i = 1; i <= NF; i++) if (name[i] ~ /^gamma_/) { ngammas++; gamma[ngammas] = name[i]; place[ngammas] = i }
            next
        }
        FNR == 1 { for (i = 1; i <= ngammas; i++) if (!(other[i] = column(gamma[i]))) { print "no column " gamma[i]; bad = 1; exit 1 } next }
        file == 1 {
            pairs++; id = $l SUBSEP $r; w[id] = $weight; rule[id] = $key; g = ""
            for (i = 1; i <= ngammas; i++) g = g " " $(place[i])
            levels[id] = g
            next
        }
        {
            links++; id = $2 SUBSEP $4
            if (!(id in w)) { if (++shown <= 5) print "not a pair of Splink: " $2 " " $4; bad = 1; next }
            g = ""
            for (i = 1; i <= ngammas; i++) g = g " " $(other[i])
            d = w[id] - $5; if (d < 0) d = -d
            if (d > 1e-9 || g != levels[id] || rule[id] != $7) {
                bad = 1
                if (++shown <= 5) print $2 " " $4 ": " w[id] " " rule[id] levels[id] " in Splink, " $5 " " $7 g " here"
            }
        }
        END { if (pairs != links) print pairs " pairs in Splink, " links " here"; exit bad || pairs != links || pairs == 0 }' "$1" "$2"
}

# The rows of a CSV in another order.
shuffle() {
    head -1 "$1"
    tail -n +2 "$1" | awk '{ print (NR * 7919) % 10007 "\t" $0 }' | sort -n -k1,1 | cut -f2-
}

# score FOLDER MODEL INPUT...: every pair that the model's rules make, into FOLDER and FOLDER.csv; $ranks ranks.
score() {
    local folder=$1 model=$2
    shift 2
    rm -rf "$folder"
    local start=()
    [ "${ranks:-1}" = 1 ] || start=(mpirun --oversubscribe -n "$ranks")
    "${start[@]}" "$carrick" link --splink "$model" --out "$folder" --set floor=-10000 --set cluster=connected --quiet "$@" \
        > score.output 2>&1 || { cat score.output; return 1; }
    "$carrick" export links "$folder" --out "$folder.csv" --quiet
}
