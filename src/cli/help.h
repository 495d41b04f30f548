/** Documents made from the command table: the list of commands, the man page, completion, docs/commands.md.
 *  All print to standard output. Local. */
#ifndef CK_CLI_HELP_H
#define CK_CLI_HELP_H
#include <carrick/status.h>

void ck_help_print(void);
/** roff for carrick(1) */
void ck_help_man(void);
/** Markdown for docs/commands.md */
void ck_help_markdown(void);
/** `shell`: bash, zsh or fish. @return CK_USAGE for another */
ck_status ck_help_completion(ck_error *error, const char *shell);

#endif
