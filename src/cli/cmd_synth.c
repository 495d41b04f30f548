/** carrick synth: a made-up region with truth. */
#include "base/clock.h"
#include "base/log.h"
#include "cli/console.h"
#include "synth/synth.h"
#include <stdio.h>

enum { STANDARD_ROWS = 10000, STANDARD_SEED = 1 };

ck_status ck_cmd_synth(ck_cli *cli, ck_error *error) {
    const ck_options *given = &cli->options;
    const char *folder = given->out ? given->out : "region";
    ck_synth_options options = {.rows = given->rows ? given->rows : STANDARD_ROWS, .seed = given->seed ? given->seed : STANDARD_SEED};
    ck_synth_counts counts = {0};
    char rows[CK_COUNT_TEXT], people[CK_COUNT_TEXT], text[128];
    double started = ck_clock_seconds();
    if (ck_synth(&cli->comm, error, &options, folder, &counts))
        return error->status;
    snprintf(text, sizeof text, "%s rows of %s people", ck_count_text(counts.rows, rows), ck_count_text(counts.people, people));
    ck_console_stage("synth", text, ck_clock_seconds() - started, NULL);
    ck_log(CK_LOG_INFO, "The region is in '%s'; link it with: carrick run %s/job.yaml", folder, folder);
    return CK_OK;
}
