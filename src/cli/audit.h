/** The audit log: one line in audit.jsonl of a result folder for every command that did something there (docs/audit.md).
 *
 *  Commands say where they are at work and what they did; main writes the line when they end, whether well or not. A command that changed nothing writes none.
 *  Only here is the system's clock asked for the date. Rank 0's; elsewhere nothing happens. Local. */
#ifndef CK_CLI_AUDIT_H
#define CK_CLI_AUDIT_H
#include "cli/command.h"
#include <jansson.h>

/** The folder whose log is written; the first that is named counts. The name is copied. */
void ck_audit_in(ck_cli *cli, const char *folder);
/** The folder in which a file is. */
void ck_audit_beside(ck_cli *cli, const char *file);
/** Something is about to be changed: there will be a line. ck_audit_count and ck_audit_output say so too. */
void ck_audit_begin(ck_cli *cli);
/** Files that were read and written: bytes, and SHA-256 of those of at most 64 MiB. What names the numbers of people is not hashed. */
void ck_audit_input(ck_cli *cli, const char *path);
void ck_audit_output(ck_cli *cli, const char *path);
/** Inputs whose fingerprints are known: an array as in run.json (borrowed). */
void ck_audit_inputs(ck_cli *cli, const json_t *inputs);
/** Counts of a step. Takes `counts`, which may be NULL; its integers, and lists of them, are kept. */
void ck_audit_count(ck_cli *cli, const char *step, json_t *counts);
/** Rows that a command wrote, without their header, as the step `what`; `path`: where, standard output when it is NULL or "-". */
void ck_audit_rows(ck_cli *cli, const char *what, uint64_t rows, const char *path);
/** Write the line. A failure is told, but changes no status. */
void ck_audit_end(ck_cli *cli, int argc, char *const *argv, const ck_error *error);

#endif
