#include "cli/help.h"
#include "cli/command.h"
#include <stdio.h>
#include <string.h>

static const char purpose[] =
    "Carrick links person records at regional scale: it finds which rows of one or several extracts are about the same person, "
    "by the Fellegi-Sunter model, on one core or on a cluster, with the same answer on both.";

static const struct {
    ck_status status;
    const char *meaning;
} exit_codes[] = {
    {CK_OK, "Done."},
    {CK_USAGE, "The command line or the job file is wrong."},
    {CK_DATA, "Input data that cannot be used."},
    {CK_NOT_CONVERGED, "Training did not converge (only with --strict; results are kept)."},
    {CK_FILE, "A file cannot be read or written."},
    {CK_MEMORY, "Memory could not be had."},
    {CK_INTERNAL, "A broken promise inside Carrick."},
    {CK_STOPPED, "Stopped by SIGTERM or SIGUSR1; what is done is kept, and the same command carries on."},
};
enum { EXIT_CODES = sizeof exit_codes / sizeof *exit_codes };

static bool takes(const ck_command *command, int id) {
    return id == CK_OPTION_HELP || command->options >> id & 1;
}

void ck_help_print(void) {
    printf("Usage: carrick COMMAND [OPTION...] ...\n\nLink person records at regional scale.\n\n");
    for (uint32_t i = 0; i < ck_commands; i++)
        printf("  %-9s %s\n", ck_command_table[i].name, ck_command_table[i].summary);
    printf("\n  carrick COMMAND --help   what it does, its options, an example\n"
           "  carrick --version        versions of the libraries, MPI, instruction set\n"
           "  mpirun -n N carrick ...  on N ranks\n\nStart with: carrick synth --rows 10000 --out region && carrick run region/job.yaml\n");
}

/** Text for roff: a backslash before what roff would read as markup. */
static void print_roff(const char *text) {
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
}

static void print_roff_lines(const char *lines) {
    for (; *lines; lines += strcspn(lines, "\n"), lines += *lines == '\n') {
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(lines, "\n"), lines);
        print_roff(line);
        putchar('\n');
    }
}

static void print_roff_option(const ck_option *option) {
    printf(".TP\n.B ");
    print_roff("--");
    print_roff(option->name);
    if (option->argument)
        printf("=\\fI%s\\fR", option->argument);
    putchar('\n');
    print_roff(option->help);
    putchar('\n');
}

void ck_help_man(void) {
    printf(".TH CARRICK 1 \"\" \"carrick %s\" \"User commands\"\n.SH NAME\ncarrick \\- link person records at regional scale\n"
           ".SH SYNOPSIS\n.B carrick\n.I COMMAND\n[OPTION...] ...\n.SH DESCRIPTION\n", CARRICK_VERSION);
    print_roff(purpose);
    printf("\n.SH COMMANDS\n");
    for (uint32_t i = 0; i < ck_commands; i++) {
        const ck_command *command = &ck_command_table[i];
        printf(".SS carrick %s %s\n", command->name, command->arguments);
        print_roff(command->summary);
        printf(".\n.PP\n");
        print_roff(command->text);
        putchar('\n');
        for (int id = 0; id < CK_OPTIONS; id++)
            if (takes(command, id))
                print_roff_option(&ck_option_table[id]);
        printf(".PP\nExample:\n.PP\n.nf\n.RS\n");
        print_roff_lines(command->example);
        printf(".RE\n.fi\n");
    }
    printf(".SH EXIT STATUS\n");
    for (int i = 0; i < EXIT_CODES; i++) {
        printf(".TP\n.B %d\n", (int)exit_codes[i].status);
        print_roff(exit_codes[i].meaning);
        putchar('\n');
    }
}

void ck_help_markdown(void) {
    printf("# Commands\n\n<!-- Made by `carrick --help-markdown` from the command table in src/cli/commands.c. -->\n\n%s\n\n", purpose);
    for (uint32_t i = 0; i < ck_commands; i++) {
        const ck_command *command = &ck_command_table[i];
        printf("## carrick %s%s%s\n\n%s. %s\n\n```sh\n%s\n```\n\n| option | |\n|---|---|\n", command->name,
               *command->arguments ? " " : "", command->arguments, command->summary, command->text, command->example);
        for (int id = 0; id < CK_OPTIONS; id++)
            if (takes(command, id))
                printf("| `--%s%s%s` | %s |\n", ck_option_table[id].name, ck_option_table[id].argument ? " " : "",
                       ck_option_table[id].argument ? ck_option_table[id].argument : "", ck_option_table[id].help);
        putchar('\n');
    }
    printf("## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (int i = 0; i < EXIT_CODES; i++)
        printf("| %d | %s |\n", (int)exit_codes[i].status, exit_codes[i].meaning);
}

static void print_bash(void) {
    printf("# bash completion for carrick\n_carrick() {\n    local word=${COMP_WORDS[COMP_CWORD]} options=\n    case ${COMP_WORDS[1]} in\n");
    for (uint32_t i = 0; i < ck_commands; i++) {
        printf("        %s) options='", ck_command_table[i].name);
        for (int id = 0; id < CK_OPTIONS; id++)
            if (takes(&ck_command_table[i], id))
                printf("--%s ", ck_option_table[id].name);
        printf("' ;;\n");
    }
    printf("    esac\n    if [ \"$COMP_CWORD\" = 1 ]; then\n        options='--help --version");
    for (uint32_t i = 0; i < ck_commands; i++)
        printf(" %s", ck_command_table[i].name);
    printf("'\n    elif [ \"$COMP_CWORD\" = 2 ] && [ \"${COMP_WORDS[1]}\" = export ]; then\n        options=\"links index people $options\"\n"
           "    elif [[ $word != -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n        return\n    fi\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n}\ncomplete -o filenames -F _carrick carrick\n");
}

/** Text inside single quotes of zsh and fish descriptions: quotes, brackets and colons would end them. */
static void print_plain(const char *text) {
    for (; *text; text++)
        putchar(strchr("'[]:", *text) ? ' ' : *text);
}

static void print_zsh(void) {
    printf("#compdef carrick\n_carrick() {\n    if (( CURRENT == 2 )); then\n        local -a commands=(\n");
    for (uint32_t i = 0; i < ck_commands; i++) {
        printf("            '%s:", ck_command_table[i].name);
        print_plain(ck_command_table[i].summary);
        printf("'\n");
    }
    printf("        )\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n");
    for (uint32_t i = 0; i < ck_commands; i++) {
        printf("    %s) _arguments", ck_command_table[i].name);
        for (int id = 0; id < CK_OPTIONS; id++) {
            if (!takes(&ck_command_table[i], id))
                continue;
            printf(" '--%s%s[", ck_option_table[id].name, ck_option_table[id].argument ? "=" : "");
            print_plain(ck_option_table[id].help);
            printf("]%s'", ck_option_table[id].argument ? ":value:_files" : "");
        }
        printf(" '*:file:_files' ;;\n");
    }
    printf("    esac\n}\n_carrick \"$@\"\n");
}

static void print_fish(void) {
    for (uint32_t i = 0; i < ck_commands; i++) {
        const ck_command *command = &ck_command_table[i];
        printf("complete -c carrick -n __fish_use_subcommand -a %s -d '", command->name);
        print_plain(command->summary);
        printf("'\n");
        for (int id = 0; id < CK_OPTIONS; id++) {
            if (!takes(command, id))
                continue;
            printf("complete -c carrick -n '__fish_seen_subcommand_from %s' -l %s%s -d '", command->name, ck_option_table[id].name,
                   ck_option_table[id].argument ? " -r" : "");
            print_plain(ck_option_table[id].help);
            printf("'\n");
        }
    }
}

ck_status ck_help_completion(ck_error *error, const char *shell) {
    if (strcmp(shell, "bash") == 0)
        print_bash();
    else if (strcmp(shell, "zsh") == 0)
        print_zsh();
    else if (strcmp(shell, "fish") == 0)
        print_fish();
    else
        return ck_fail(error, CK_USAGE, "There is no completion for '%s'; known are bash, zsh and fish.", shell);
    return CK_OK;
}
