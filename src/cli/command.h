/** The commands: one table drives dispatch, --help, the man page and shell completion.
 *
 *  A new command is one row in commands.c and one cmd_<verb>.c: parse (done by the table), call, print.
 */
#ifndef CK_CLI_COMMAND_H
#define CK_CLI_COMMAND_H
#include "cli/options.h"
#include "par/par.h"
#include <carrick/similarity.h>

/** What the audit log will say of the command (audit.h). */
typedef struct ck_audit {
    char *folder;         /**< or NULL: nobody keeps a log */
    struct json_t *root;
    bool begun;
} ck_audit;

/** What every command gets. */
typedef struct ck_cli {
    ck_comm comm;
    const struct ck_command *command;
    ck_options options;
    uint32_t threads;          /**< of this rank, >= 1 */
    uint64_t memory_bytes;     /**< of this rank; 0: not known */
    const ck_kernels *kernels; /**< of the instruction set in use */
    ck_audit audit;
    double started;            /**< ck_clock_seconds at start */
} ck_cli;

/** Collective. The same status on every rank. */
typedef ck_status ck_command_run(ck_cli *cli, ck_error *error);

typedef struct ck_command {
    const char *name;
    const char *arguments; /**< "JOB.yaml" */
    uint32_t least, most;  /**< how many of them */
    const char *summary;   /**< one line, no full stop */
    const char *text;      /**< what it does, in sentences; paragraphs are separated by an empty line */
    const char *example;   /**< command lines, one a line */
    uint64_t options;      /**< bits of ck_option_id */
    ck_command_run *run;
} ck_command;

extern const ck_command ck_command_table[];
extern const uint32_t ck_commands;
/** Does it make stages in a result folder, so that the same command carries on where a stop left off? Local. */
static inline bool ck_command_makes_stages(const ck_command *command) {
    return command->options >> CK_OPTION_FORCE & 1;
}
/** NULL when there is none. Local. */
const ck_command *ck_command_find(const char *name);
/** Nearest known name, or NULL. Local. */
const char *ck_command_nearest(const char *name);

ck_command_run ck_cmd_run, ck_cmd_update, ck_cmd_init, ck_cmd_stage, ck_cmd_synth, ck_cmd_profile, ck_cmd_export, ck_cmd_digest, ck_cmd_explain, ck_cmd_sensitivity, ck_cmd_estimate, ck_cmd_describe, ck_cmd_report, ck_cmd_diff, ck_cmd_review, ck_cmd_plan, ck_cmd_pseudonymise, ck_cmd_key, ck_cmd_release, ck_cmd_tabulate;

/** Ways of commands that --splink asks for (cmd_splink.c). Collective. */
ck_command_run ck_splink_link, ck_splink_export;

/** cmd_rules.c, cmd_trace.c. */
ck_command_run ck_cmd_rules, ck_cmd_trace;

/** Opt-outs, the audit log, and the end of identifiable data. */
ck_command_run ck_cmd_optout, ck_cmd_audit, ck_cmd_purge;
/** cmd_collate.c. */
ck_command_run ck_cmd_collate;

/** What is known of persons. */
ck_command_run ck_cmd_households, ck_cmd_population;

/** Versions of Carrick and its libraries, MPI, instruction set; to standard output. Rank 0 calls it. */
void ck_version_print(const ck_cli *cli);

#endif
