# What the scripts that stop and kill runs share, after cli/lib.bash: a run is started in the background, and waited for however it ends.

# few_names N: people with few names, so that blocks are big, one of them a giant whose tiles ranks share; and what a job says of them. The sources, and
# comparisons with what training needs.
few_names() {
    awk -v n="$1" 'BEGIN { print "id,forename,surname,dob,town"; split("Ann Anne Bob Rob Cat Kat Dee", f); split("Fox Foxe Hall Hill Lee", s);
        for (i = 1; i <= n; i++) printf "r%d,%s,%s,%s,%s\n", i, i % 11 ? f[i % 7 + 1] : "", s[i * 7 % 5 + 1],
            i % 13 ? sprintf("19%02d-0%d-11", i % 90 + 10, i % 9 + 1) : "", i % 5 ? "York" : "Leeds" }'
}
few_names_sources() {
    cat << 'END'
sources:
  - {name: only, file: rows.csv, id: id, columns: {forename: {as: name}, surname: {as: name}, dob: {as: date}, town: {as: text}}}
END
}
few_names_comparisons() {
    cat << 'END'
comparisons:
  - {on: forename, levels: [exact, jaro_winkler 0.9], term_frequency: true}
  - {on: surname, levels: [exact, levenshtein 1]}
  - {on: dob, levels: [exact, levenshtein 1]}
train: {least_free: 1}
floor: -12
END
}

# on RANKS FOLDER JOB: links JOB into FOLDER; a lone process has $alone_threads. Replaces the shell, so that $! is the program or mpirun.
on() {
    if [ "$1" = 1 ]; then
        exec "$carrick" run "$3" --out "$2" --threads "${alone_threads:-1}"
    else
        # Open MPI keeps files of a job in a folder that a killed job may still be clearing away: each run has a place of its own.
        OMPI_MCA_orte_tmpdir_base=$(mktemp -d -p "$scratch")
        export OMPI_MCA_orte_tmpdir_base
        exec mpirun --oversubscribe -n "$1" "$carrick" run "$3" --out "$2" --threads 1
    fi > output 2>&1 < /dev/null
}

# ranks_of MPIRUN: its living ranks, one a line.
ranks_of() {
    local rank
    for rank in $(cat /proc/"$1"/task/*/children 2> /dev/null); do
        grep -qs '^State:[[:space:]]*Z' "/proc/$rank/status" || echo "$rank"
    done
}

# ended PID: waits for a run and returns its exit code. mpirun of Open MPI 4 can lock itself up when one of its ranks is killed while they connect
# (it waits for a lock of its own while it ends): one that lives on without ranks for ten seconds is ended here. Two minutes are a hang.
ended() {
    local tenths alone=0
    for ((tenths = 0; tenths < 1200 && alone < 100; tenths++)); do
        kill -0 "$1" 2> /dev/null || break
        sleep 0.1
        case $(cat "/proc/$1/comm" 2> /dev/null)$(ranks_of "$1") in mpirun | orterun) alone=$((alone + 1)) ;; *) alone=0 ;; esac
    done
    if kill -0 "$1" 2> /dev/null; then
        if [ $alone -ge 100 ]; then
            echo "mpirun did not end after its ranks had; ended it"
        else
            fail "a run does not end:"
            ps -o pid,ppid,stat,wchan:20,etime,args -p "$1" --ppid "$1"
            cat output
        fi
        kill -KILL $(ranks_of "$1") "$1" 2> /dev/null
    fi
    wait "$1" 2> /dev/null
}
