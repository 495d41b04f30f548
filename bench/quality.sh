#!/usr/bin/env bash
# How well Carrick links labelled sets at its default decision, with no labels and no tuning: one row a set.
#
# usage: quality.sh DATA_DIR [--auto] [--splink] [--expected] [--job FILE] [--out DIR] [--carrick PATH] [--ranks N] [--threads N] [--set KEY=VALUE]...
#   DATA_DIR    folder of set folders (or one of them): records.csv(.gz), or a.csv(.gz) and b.csv(.gz), and truth.csv(.gz): id, entity
#   --auto      no job: 'carrick run FILES' sets itself up; with the choice of rules in the table
#   --splink    Splink on the same cleaned columns, rules and levels, beside it (in a virtual environment made by the script)
#   --expected  besides, what 'carrick estimate' says without labels against what is so: the tables of docs/methods.md
#   --job FILE  the job for folders without a job of their own; its sources' files are replaced
#   --set       passed on to carrick, for every set
#   --out DIR   result folders, quality.json (default: bench-results/quality, here)
# A set's job is bench/sets/<family>.yaml, the longest family that begins the folder's name; bench/sets/<folder>.<variant>.yaml is a further
# row. truth.csv is read by the evaluation alone. Where ../oracle/<set>/scores.json stands beside DATA_DIR, candidates are compared with it.

set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

auto='' splink='' expected='' job='' out=$PWD/bench-results/quality ranks=1 threads=''
take_options 'job out ranks threads set' 'auto splink expected' "$@"
[ ${#words[@]} = 1 ] || usage
data=${words[0]} fallback=$job
[ -d "$data" ] || fail "'$data' is no folder"
[ -z "$fallback" ] || [ -r "$fallback" ] || fail "'$fallback' cannot be read"
data=$(cd "$data" && pwd)
find_carrick
out=$(make_out "$out")
[ -z "$threads" ] || overrides+=(--threads "$threads")

# The file NAME.csv or NAME.csv.gz of a folder.
csv_of() {
  local f
  for f in "$1/$2.csv.gz" "$1/$2.csv"; do
    [ -r "$f" ] && printf '%s' "$f" && return
  done
  return 0
}

# The job of the longest family name that begins the set's name.
job_of() {
  local best='' f family
  for f in "$BENCH"/sets/*.yaml; do
    family=$(basename "$f" .yaml)
    case $family in *.*) continue ;; esac
    case $1 in "$family"*) [ ${#family} -gt ${#best} ] && best=$family ;; esac
  done
  [ -z "$best" ] || printf '%s' "$BENCH/sets/$best.yaml"
}

# JOB with as many sources as the set has files: a family may have sets of one file and of two. The last source is repeated, or those too many
# are left out; two files are then linked, and within neither. A job that fits stays as it is.
fit_sources() {
  awk -v want="$2" '
    function leave_sources(s, text) {
      inside = 0
      for (s = 1; s <= want && have; s++) {
        text = item[s <= have ? s : have]
        if (s > have) sub(/name: [^\n]*/, "name: source_" s, text)
        body = body text
      }
    }
    /^sources:/ { inside = 1; body = body $0 "\n"; next }
    inside && /^[^ #-]/ { leave_sources() }
    inside && match($0, /^ *- /) && (!have || RLENGTH == depth) { have++; depth = RLENGTH }
    inside { item[have] = item[have] $0 "\n"; next }
    /^link:/ { stated = $0 }
    { body = body ($0 ~ /^link:/ ? "@LINK@" : $0) "\n" }
    END {
      if (inside) leave_sources()
      sub(/@LINK@/, have == want ? stated : "link: " (want > 1 ? "link" : "dedupe"), body)
      printf "%s", body
      exit have == 0
    }' "$1"
}

# The options that name the columns of a truth, by their place in its header: id, entity.
truth_columns() {
  local header
  header=$(gzip -dcf "$1" 2>/dev/null | head -1 | tr -d '\r"')
  IFS=, read -r id entity _ <<<"$header"
  printf -- '--id\n%s\n--entity\n%s\n' "$id" "$entity"
}

files_of() {
  local f
  f=$(csv_of "$1" records)
  if [ -n "$f" ]; then printf '%s\n' "$f"; else csv_of "$1" a; echo; csv_of "$1" b; echo; fi
}

# One row without a job: link the files of SET by what Carrick makes of them, and measure.
run_auto() {
  local row=$1 set=$2 dir=$out/$1 files=() columns=() started
  mkdir -p "$dir"
  mapfile -t files < <(files_of "$set")
  mapfile -t columns < <(truth_columns "$(csv_of "$set" truth)")
  rm -rf "$dir/result" "$dir/splink.json"
  started=$(now)
  if ! carrick_on "$ranks" run "${files[@]}" --quiet --out "$dir/result" ${threads:+--threads "$threads"} >"$dir/log" 2>&1; then
    say "$row: failed: $(tail -1 "$dir/log")"
    return 1
  fi
  printf '%s\n' "$(seconds_since "$started")" >"$dir/seconds"
  if ! carrick_on "$ranks" evaluate "$dir/result" --quiet --truth "$(csv_of "$set" truth)" "${columns[@]}" >>"$dir/log" 2>&1; then
    say "$row: failed: $(tail -1 "$dir/log")"
    return 1
  fi
  rows+=("$row")
  [ -z "$splink" ] || run_splink "$row" "$set" "$BENCH/sets/$row.splink.yaml"
}

# One row: link JOB on the files of SET and measure.
run_row() {
  local row=$1 set=$2 job=$3 dir=$out/$1 files=() columns=() chosen=("${overrides[@]}") f i=0 started
  mkdir -p "$dir"
  mapfile -t files < <(files_of "$set")
  mapfile -t columns < <(truth_columns "$(csv_of "$set" truth)")
  if ! fit_sources "$job" ${#files[@]} >"$dir/job.yaml"; then
    say "$row: failed: $job has no list of sources, one below the other"
    return 1
  fi
  for f in "${files[@]}"; do
    chosen+=(--set "sources[$i].file=\"$f\"")
    i=$((i + 1))
  done
  chosen+=(--set "evaluate={truth: \"$(csv_of "$set" truth)\", id: ${columns[1]}, entity: ${columns[3]}}")
  rm -rf "$dir/result" "$dir/splink.json"
  started=$(now)
  if ! carrick_on "$ranks" run "$dir/job.yaml" --quiet --out "$dir/result" "${chosen[@]}" >"$dir/log" 2>&1; then
    say "$row: failed: $(tail -1 "$dir/log")"
    return 1
  fi
  printf '%s\n' "$(seconds_since "$started")" >"$dir/seconds"
  rows+=("$row")
  [ -z "$expected" ] || carrick_on "$ranks" estimate "$dir/result" --quiet >"$dir/estimates.txt" 2>>"$dir/log"
  [ -z "$splink" ] || run_splink "$row" "$set" "${job%.yaml}.splink.yaml"
}

run_splink() {
  local dir=$out/$1 job=$out/$1/result/chosen.yaml
  if [ ! -r "$3" ]; then
    say "$1: Splink skipped: no ${3##*/} with its training rules"
    return
  fi
  "$CARRICK" export people "$dir/result" --quiet --out "$dir/people.csv"
  [ -r "$job" ] || job=$dir/result/job.resolved.yaml
  "$SPLINK_PYTHON" "$BENCH/splink_job.py" "$job" "$3" "$dir/splink.json" --people "$dir/people.csv" --u-pairs 5e6 \
    --truth "$(csv_of "$2" truth)" "${columns[1]}" "${columns[3]}" >>"$dir/log" 2>&1 || say "$1: Splink failed: $(grep Error "$dir/log" | tail -1)"
}

if [ -n "$splink" ] && ! make_splink_python "${BENCH_VENV:-$out/venv}"; then
  say "Splink skipped: its virtual environment could not be made"
  splink=''
fi

rows=() bad=0
if [ -n "$(csv_of "$data" truth)" ]; then sets=("$data"); root=$(dirname "$data"); else sets=("$data"/*/); root=$data; fi
for set in "${sets[@]}"; do
  set=${set%/}
  name=$(basename "$set")
  if [ -z "$(csv_of "$set" truth)" ] || { [ -z "$(csv_of "$set" records)" ] && { [ -z "$(csv_of "$set" a)" ] || [ -z "$(csv_of "$set" b)" ]; }; }; then
    say "$name: skipped: no records (or a and b) with truth"
    continue
  fi
  if [ -n "$auto" ]; then
    run_auto "$name" "$set" || bad=1
    continue
  fi
  job=$(job_of "$name")
  job=${job:-$fallback}
  if [ -z "$job" ]; then
    say "$name: skipped: no family in bench/sets begins its name, and no --job"
    continue
  fi
  run_row "$name" "$set" "$job" || bad=1
  for variant in "$BENCH/sets/$name".*.yaml; do
    case $variant in *.splink.yaml | *'*'*) continue ;; esac
    run_row "$(basename "$variant" .yaml)" "$set" "$variant" || bad=1
  done
done
[ ${#rows[@]} -gt 0 ] || fail "nothing was linked"
python3 "$BENCH/quality.py" "$out" "$(dirname "$root")/oracle" "$(machine)" "${rows[@]}"
exit $bad
