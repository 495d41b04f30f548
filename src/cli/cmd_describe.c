/** carrick describe: flow, match rates, persons, contradictions, patterns and a statement, without truth. */
#include "base/log.h"
#include "cli/audit.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/stages.h"

static ck_status write_tables(const ck_workspace *work, ck_error *error, const ck_description *d) {
    if (work->cli->comm.rank == 0 && ck_folder_make(error, d->folder) == CK_OK && ck_describe_tables(error, d) == CK_OK &&
        ck_describe_statement(error, d) == CK_OK) {
        ck_audit_count(work->cli, "describe", json_pack("{s:I, s:I, s:I, s:I}", "records", (json_int_t)work->people.records, "persons", (json_int_t)d->persons, "links",
                                                        (json_int_t)d->links, "suppressed_below", (json_int_t)d->suppress));
        ck_log(CK_LOG_INFO, "flow.csv, linked.csv, persons.csv, conflicts.csv, patterns.csv and statement.md are in '%s'.", d->folder);
    }
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_cmd_describe(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    ck_links links = {0};
    ck_description d = {.suppress = cli->options.suppress};
    if (cli->options.suppress && !cli->options.out_file)
        return ck_fail(error, CK_USAGE, "--suppress needs --out FOLDER: tables to be published must not stand among those that are not.");
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_workspace_people(&work, error, true) == CK_OK && ck_links_open(&cli->comm, error, work.links_path, &links) == CK_OK) {
        d.folder = cli->options.out_file ? cli->options.out_file : work.folder;
        if (ck_description_make(&work, error, &links, cli->options.by, &d) == CK_OK)
            write_tables(&work, error, &d);
    }
    ck_description_free(&d);
    ck_links_free(&links);
    ck_workspace_close(&work);
    return error->status;
}
