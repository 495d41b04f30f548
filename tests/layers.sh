#!/usr/bin/env bash
# The walls between the rooms (docs/architecture.md), as greps. usage: layers.sh SOURCE_DIR
set -u
cd "$1" || exit 2
fail=0
say() { echo "layer rule broken: $1"; fail=1; }
only_in() { # PATTERN FOLDERS-REGEX SENTENCE
    local found
    found=$(grep -rlE "$1" src include --include='*.[ch]' | grep -vE "$2")
    [ -z "$found" ] || say "$3: $found"
}
only_in '#include *[<"]mpi\.h' '^src/par/' 'mpi.h outside src/par'
only_in '#include *[<"]hdf5\.h' '^src/store/' 'hdf5.h outside src/store'
only_in '#include *[<"](immintrin|x86intrin|arm_neon)\.h' '^src/compare/' 'intrinsics outside src/compare'
only_in '(^|[^a-z_])((printf|puts|putchar|perror) *\(|fprintf *\( *std(out|err)|(fputs|fwrite) *\([^;]*, *std(out|err))' '^src/(cli/|base/log\.[ch])|^include/carrick/status.h' 'printing outside src/cli'
only_in '(^|[^a-z_])(exit|_exit|abort) *\(' '^src/(base|par|cli)/' 'exit or abort outside base and par'
only_in '(^|[^a-z_])(system|popen|fork|vfork|exec[lv]p?e?|fexecve|execvpe|posix_spawnp?|wordexp|dlopen) *\(' '^$' 'a program could be started (docs/security.md: no shell)'

# A file includes only from its own folder or from folders above it in this list.
rooms="base par store clean csv compare condition model block link plan choose cluster cascade trace persons assess synth release report ingest job init cli"
rank() { local i=0 r; for r in $rooms; do [ "$r" = "$1" ] && { echo $i; return; }; i=$((i + 1)); done; echo 99; }
while IFS=: read -r file include; do
    own=${file#src/}; own=${own%%/*}
    other=$(sed -E 's/.*"([a-z]+)\/.*/\1/' <<<"$include")
    [ "$(rank "$other")" -le "$(rank "$own")" ] || say "$file includes from $other/"
done < <(grep -rnoE '#include "[a-z]+/[^"]*"' src --include='*.[ch]' | sed -E 's/:[0-9]+:/:/')
exit $fail
