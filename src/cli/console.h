/** What a person sees while Carrick works: messages to standard error, on rank 0 only. Results that were asked for go
 *  to standard output and never pass here. Local. */
#ifndef CK_CLI_CONSOLE_H
#define CK_CLI_CONSOLE_H
#include "cli/command.h"
#include <jansson.h>

/** Install the log sink; silent on other ranks than 0. */
void ck_console_open(const ck_cli *cli);
/** Clear a progress line that is still there. */
void ck_console_close(void);
/** The line of a finished or skipped stage. `counts` (borrowed, may be NULL) goes to the JSON log. */
void ck_console_stage(const char *stage, const char *text, double seconds, const json_t *counts);
/** The one sentence of a failure. */
void ck_console_error(const ck_cli *cli, const ck_error *error);

enum { CK_COUNT_TEXT = 32 };
/** 1234567 as "1,234,567". @return `text` */
const char *ck_count_text(uint64_t count, char text[CK_COUNT_TEXT]);
/** Four decimals, or a dash where a measure has no meaning (precision without links). @return `text` */
const char *ck_measure_text(double value, char text[CK_COUNT_TEXT]);
/** 1234567 as "1.2 M". @return `text` */
const char *ck_rate_text(double rate, char text[CK_COUNT_TEXT]);

#endif
