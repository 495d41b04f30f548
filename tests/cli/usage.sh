#!/usr/bin/env bash
# The command line itself: help, versions, unknown words, wrong values.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.bash"

expect_error 2 'A command is needed' "$carrick"
expect_error 2 "no command 'lnik'.*did you mean 'link'" "$carrick" lnik
expect_error 2 "command comes before its options" "$carrick" --quiet run
expect_error 2 "'carrick run' has no option --treads; did you mean --threads" "$carrick" run job.yaml --treads 2
# Names are whole: one cut short might be another's tomorrow.
expect_error 2 "has no option --thread; did you mean --threads" "$carrick" run job.yaml --thread 2
expect_error 2 "has no option --json-l; did you mean --json-log" "$carrick" run job.yaml --json-l
expect_error 2 "has no option '-t'; options are words after two dashes" "$carrick" run job.yaml -t 2
expect_error 2 "--threads lacks its value, N" "$carrick" run job.yaml --threads
expect_error 2 "--quiet takes no value" "$carrick" run job.yaml --quiet=yes
expect_error 5 "File --threads cannot be read" "$carrick" run --threads=1 -- --threads b
expect_error 2 "--threads needs a whole number" "$carrick" run job.yaml --threads many
expect_error 2 "--threads needs a whole number" "$carrick" run job.yaml --threads 0
expect_error 2 "'carrick run' needs JOB.yaml.FILE" "$carrick" run
expect_error 2 "takes one job, or extracts" "$carrick" run a.yaml b
expect_error 5 "File a cannot be read" "$carrick" run a b
expect_error 2 "does not know what to do with 'b'" "$carrick" ingest a b
expect_error 2 "instruction set 'mmx' cannot run here; these can: .*scalar" "$carrick" run job.yaml --isa mmx
expect_error 2 "needs KEY=VALUE" "$carrick" run job.yaml --set floor
expect_error 2 "--threshold-weight needs a number" "$carrick" cluster . --threshold-weight high
expect_error 2 "'link' cannot be exported; did you mean 'links'" "$carrick" export link .
expect_error 5 "is no result folder" "$carrick" export links nowhere
expect_error 5 "Cannot read nowhere.h5: No such file" "$carrick" digest nowhere.h5
mkdir folder && expect_error 5 "Cannot read folder: it is a folder" "$carrick" digest folder
# A single value is no file of any command; of a job it is told how jobs are made.
echo x > word.yaml
expect_error 2 "This is no job file, which begins" "$carrick" ingest word.yaml
expect_error 2 "A single value stands here, but a mapping is needed" "$carrick" collate word.yaml
expect_error 5 "nowhere.yaml' cannot be read" "$carrick" run nowhere.yaml
expect_error 5 "is no result of Carrick" "$carrick" link .

expect 0 '^hdf5 +HDF5' "$carrick" --version
expect 0 '^instruction_set +[a-z]' "$carrick" --version
expect 0 'carrick COMMAND --help' "$carrick" --help
commands=$("$carrick" --help | sed -nE '/^  carrick/d; s/^  ([a-z]+) +[A-Z].*/\1/p')
[ "$(wc -w <<< "$commands")" -ge 10 ] || fail "--help lists too few commands: $commands"
for command in $commands; do
    expect 0 "Usage: carrick $command" "$carrick" "$command" --help
    grep -q '^Example:' output || fail "no example in carrick $command --help"
    grep -qE "^ +(mpirun -n [0-9]+ )?carrick $command" output || fail "the example of carrick $command does not show it"
    grep -q -- '--threads' output || fail "no options in carrick $command --help"
done
# The documents are made from the same table.
for command in $commands; do
    "$carrick" --help-man | grep -q "^.SS carrick $command" || fail "$command is not in the man page"
    "$carrick" --completion bash | grep -q "^ *$command) options=" || fail "$command has no completion"
done
bash -n <("$carrick" --completion bash) || fail "the bash completion is no bash"
expect_error 2 "no completion for 'csh'" "$carrick" --completion csh
"$carrick" --help-markdown | diff - "$here/../../docs/commands.md" > /dev/null ||
    fail "docs/commands.md is not what carrick --help-markdown prints"
finish
