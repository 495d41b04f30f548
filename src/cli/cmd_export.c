/** carrick export links|index|people|persons|households DIR. */
#include "base/memory.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/export.h"
#include "cli/run_record.h"
#include <string.h>

static const struct {
    const char *name;
    const char *stage; /**< that makes what is exported */
    ck_export_run *run;
} exports[] = {{"links", "link", ck_export_links}, {"index", "cluster", ck_export_index}, {"people", "ingest", ck_export_people},
             {"persons", "persons", ck_export_persons}, {"households", "persons", ck_export_households}};
enum { EXPORTS = sizeof exports / sizeof *exports };

static int find_export(ck_error *error, const char *name) {
    const char *names[EXPORTS];
    for (int i = 0; i < EXPORTS; i++) {
        names[i] = exports[i].name;
        if (strcmp(name, names[i]) == 0)
            return i;
    }
    const char *nearest = ck_text_nearest(name, names, EXPORTS);
    ck_fail(error, CK_USAGE, "'%s' cannot be exported%s%s%s; there are links, index, people, persons and households.", name, nearest ? "; did you mean '" : "",
            nearest ? nearest : "", nearest ? "'?" : "");
    return EXPORTS;
}

ck_status ck_cmd_export(ck_cli *cli, ck_error *error) {
    if (cli->options.splink)
        return ck_splink_export(cli, error);
    if (cli->options.nwords < 2)
        return ck_fail(error, CK_USAGE, "'carrick export' needs links|index|people|persons|households DIR; see 'carrick export --help'.");
    const char *folder = cli->options.word[1];
    ck_csv_out csv = {0};
    bool writes = cli->comm.rank == 0;
    int which = find_export(error, cli->options.word[0]);
    if (!error->status && writes && ck_run_record_require(error, folder, exports[which].stage) == CK_OK)
        ck_csv_out_open_private(error, cli->options.out_file, &csv);
    if (ck_par_agree(&cli->comm, error) == CK_OK) {
        ck_audit_in(cli, folder);
        ck_audit_begin(cli);
        if (exports[which].run(&cli->comm, error, folder, &csv) == CK_OK && writes && ck_csv_out_commit(error, &csv) == CK_OK)
            ck_audit_rows(cli, exports[which].name, csv.rows - 1, cli->options.out_file);
    }
    if (writes)
        ck_csv_out_close(&csv);
    return ck_par_agree(&cli->comm, error);
}
