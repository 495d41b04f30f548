/** carrick: starts the ranks, finds the command in its table, runs it, and says once what went wrong. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/stop.h"
#include "cli/audit.h"
#include "cli/budget.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/threads.h"
#include <stdio.h>
#include <string.h>

/** Documents for the build (cmake/install.cmake); they need no ranks. @return whether `argv` asked for one */
static bool print_document(ck_error *error, int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--help-man") == 0)
        ck_help_man();
    else if (argc == 2 && strcmp(argv[1], "--help-markdown") == 0)
        ck_help_markdown();
    else if (argc == 3 && strcmp(argv[1], "--completion") == 0)
        ck_help_completion(error, argv[2]);
    else
        return false;
    return true;
}

static ck_status fail_unknown(ck_error *error, const char *word) {
    const char *nearest = ck_command_nearest(word);
    if (word[0] == '-')
        return ck_fail(error, CK_USAGE, "The command comes before its options: carrick COMMAND %s ...; see 'carrick --help'.", word);
    return ck_fail(error, CK_USAGE, "There is no command '%s'%s%s%s; see 'carrick --help'.", word,
                   nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static ck_status choose_kernels(ck_cli *cli, ck_error *error) {
    const char *isa = cli->options.isa;
    cli->kernels = ck_kernels_choose(isa);
    if (cli->kernels)
        return CK_OK;
    char known[128] = "";
    for (const char *const *name = ck_kernels_list(); *name; name++)
        if (ck_kernels_choose(*name) && strlen(known) + strlen(*name) + 3 < sizeof known)
            strcat(strcat(known, *known ? ", " : ""), *name);
    return ck_fail(error, CK_USAGE, "The instruction set '%s' cannot run here; these can: %s.", isa ? isa : "of this machine", known);
}

static ck_status run_command(ck_cli *cli, ck_error *error, int argc, char **argv) {
    char *said[argc]; /* parsing puts the words in another order */
    memcpy(said, argv, (size_t)argc * sizeof *said);
    cli->command = ck_command_find(argv[1]);
    if (!cli->command)
        return fail_unknown(error, argv[1]);
    if (ck_options_parse(error, cli->command, argc - 1, argv + 1, &cli->options))
        return error->status;
    if (cli->options.help) {
        if (cli->comm.rank == 0)
            ck_options_help(cli->command);
        return CK_OK;
    }
    choose_kernels(cli, error);
    /* Every rank has read the same words, so all stop here or none does; nodes may differ in their instruction sets. */
    if (ck_par_agree(&cli->comm, error) || ck_threads_choose(&cli->comm, error, cli->options.threads, &cli->threads) ||
        ck_budget_choose(&cli->comm, error, cli->options.memory, &cli->memory_bytes))
        return error->status;
    ck_console_open(cli);
    cli->command->run(cli, error);
    ck_par_agree(&cli->comm, error);
    ck_audit_end(cli, argc, said, error);
    ck_console_close();
    return error->status;
}

static ck_status print_version(ck_cli *cli, ck_error *error) {
    if (choose_kernels(cli, error) || ck_threads_choose(&cli->comm, error, 0, &cli->threads))
        return error->status;
    if (cli->comm.rank == 0)
        ck_version_print(cli);
    return CK_OK;
}

static ck_status dispatch(ck_cli *cli, ck_error *error, int argc, char **argv) {
    if (argc < 2)
        return ck_fail(error, CK_USAGE, "A command is needed; see 'carrick --help'.");
    if (strcmp(argv[1], "--version") == 0)
        return print_version(cli, error);
    if (strcmp(argv[1], "--help") && strcmp(argv[1], "-h") && strcmp(argv[1], "help"))
        return run_command(cli, error, argc, argv);
    if (cli->comm.rank == 0)
        ck_help_print();
    return CK_OK;
}

/** Before the ranks start, so that a signal is heard from then on. Half an extract that is coded would be left to its owner to find. */
static void listen_to_stop(int argc, char **argv) {
    const ck_command *command = argc > 1 ? ck_command_find(argv[1]) : NULL;
    if (command && (ck_command_makes_stages(command) || command->run == ck_cmd_pseudonymise))
        ck_stop_listen();
}

/** How often this rank came to each place that can fail, for tests that walk them. */
static void print_fault_calls(const ck_comm *comm) {
    for (int s = 0; ck_fault_counts() && s < CK_FAULTS; s++)
        fprintf(stderr, "fault %s %d %llu\n", ck_fault_name((ck_fault_site)s), comm->rank, (unsigned long long)ck_fault_calls((ck_fault_site)s));
}

/** A rank that lost the others says so itself, whichever it is. */
static void say_last_words(const ck_error *error) {
    fprintf(stderr, "carrick: %s\n", error->text);
}

int main(int argc, char **argv) {
    ck_cli cli = {.started = ck_clock_seconds()};
    ck_error error = {0};
    if (print_document(&error, argc, argv)) {
        if (error.status)
            ck_console_error(&cli, &error);
        return (int)error.status;
    }
    listen_to_stop(argc, argv);
    ck_par_set_last_words(say_last_words);
    if (ck_par_start(&argc, &argv, &cli.comm, &error) == CK_OK) {
        dispatch(&cli, &error, argc, argv);
        ck_par_agree(&cli.comm, &error);
    }
    if (!error.status && cli.comm.rank == 0 && (fflush(stdout) || ferror(stdout)))
        ck_fail(&error, CK_FILE, "Standard output could not be written.");
    if (error.status)
        ck_console_error(&cli, &error);
    print_fault_calls(&cli.comm);
    ck_par_stop(&cli.comm);
    return (int)error.status;
}
