/** carrick synth: a made-up region with truth. */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/console.h"
#include "synth/shape.h"
#include "synth/synth.h"
#include <stdio.h>
#include <string.h>

enum { STANDARD_ROWS = 10000, STANDARD_SEED = 1, SHAPES_MAX = 16 };

static void say_what_was_made(const ck_synth_counts *counts, double started) {
    char rows[CK_COUNT_TEXT], people[CK_COUNT_TEXT], text[128];
    snprintf(text, sizeof text, "%s rows of %s people", ck_count_text(counts->rows, rows), ck_count_text(counts->people, people));
    ck_console_stage("synth", text, ck_clock_seconds() - started, NULL);
}

static ck_status make_rows(ck_cli *cli, ck_error *error, ck_synth_shape shape, const char *folder) {
    const ck_options *given = &cli->options;
    ck_synth_options options = {.rows = given->rows ? given->rows : STANDARD_ROWS, .seed = given->seed ? given->seed : STANDARD_SEED, .shape = shape};
    ck_synth_counts counts = {0};
    double started = ck_clock_seconds();
    if (given->people || given->quarter)
        return ck_fail(error, CK_USAGE, "--%s is for regions with years, as --shape tower-hamlets; this shape takes --rows.", given->people ? "people" : "quarter");
    if (ck_synth(&cli->comm, error, &options, folder, &counts))
        return error->status;
    say_what_was_made(&counts, started);
    ck_log(CK_LOG_INFO, "The region is in '%s'; link it with: carrick run %s/job.yaml", folder, folder);
    return CK_OK;
}

static ck_status make_region(ck_cli *cli, ck_error *error, const ck_shape *shape, const char *folder) {
    const ck_options *given = &cli->options;
    ck_synth_region_options options = {.shape = shape, .people = given->people, .seed = given->seed ? given->seed : STANDARD_SEED,
                                       .quarter = given->quarter ? given->quarter : 1};
    ck_synth_counts counts = {0};
    double started = ck_clock_seconds();
    if (given->rows)
        return ck_fail(error, CK_USAGE, "--rows is for the shapes plain and families; '%s' takes --people.", shape->name);
    if (ck_synth_region(&cli->comm, error, &options, folder, &counts))
        return error->status;
    say_what_was_made(&counts, started);
    ck_log(CK_LOG_INFO, "The region is in '%s'; shape.json there lists its files.", folder);
    return CK_OK;
}

static ck_status fail_unknown(ck_error *error, const char *name) {
    const char *known[SHAPES_MAX] = {"plain", "families"};
    uint32_t n = 2;
    char list[256];
    size_t at = (size_t)snprintf(list, sizeof list, "plain, families");
    for (const ck_shape *shape; n < SHAPES_MAX && (shape = ck_shape_at(n - 2)); n++) {
        known[n] = shape->name;
        at += (size_t)snprintf(list + at, sizeof list - at, ", %s", shape->name);
    }
    const char *nearest = ck_text_nearest(name, known, n);
    return ck_fail(error, CK_USAGE, "There is no shape '%s'%s%s%s; there are: %s.", name, nearest ? "; did you mean " : "", nearest ? nearest : "",
                   nearest ? "?" : "", list);
}

ck_status ck_cmd_synth(ck_cli *cli, ck_error *error) {
    const char *name = cli->options.shape ? cli->options.shape : "plain", *folder = cli->options.out ? cli->options.out : "region";
    const ck_shape *shape = ck_shape_find(name);
    if (shape)
        return make_region(cli, error, shape, folder);
    if (strcmp(name, "plain") == 0)
        return make_rows(cli, error, CK_SHAPE_PLAIN, folder);
    if (strcmp(name, "families") == 0)
        return make_rows(cli, error, CK_SHAPE_FAMILIES, folder);
    return fail_unknown(error, name);
}
