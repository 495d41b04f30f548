/** carrick link --splink MODEL.json INPUT.csv..., carrick export --splink MODEL.json DIR. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/stages.h"
#include "job/splink.h"
#include "job/splink_write.h"
#include <string.h>

/** Every rank makes the same job from the model and the headers. */
ck_status ck_splink_link(ck_cli *cli, ck_error *error) {
    ck_splink splink = {0};
    ck_workspace work = {0};
    char *text = NULL;
    if (ck_splink_read(error, cli->options.splink, NULL, &splink) == CK_OK)
        ck_splink_job(error, &splink, cli->options.word, cli->options.nwords, &text);
    ck_splink_free(&splink);
    if (ck_par_agree(&cli->comm, error) == CK_OK && ck_workspace_open_text(cli, error, text, "the job of the Splink model", &work) == CK_OK)
        ck_stages_walk(&work, error);
    ck_workspace_close(&work);
    ck_free(text);
    return error->status;
}

static ck_status write_model(ck_workspace *work, ck_error *error) {
    const char *path = work->cli->options.splink;
    ck_splink_notes notes = {0};
    char *text = NULL;
    if (ck_splink_write(error, &work->job, &work->model, &notes, &text) == CK_OK)
        ck_file_write(error, path, text, strlen(text));
    for (uint32_t i = 0; i < notes.n && error->status == CK_OK; i++)
        ck_log(CK_LOG_WARN, "%s", notes.text[i]);
    if (error->status == CK_OK)
        ck_log(CK_LOG_INFO, "Wrote '%s' for Splink.", path);
    ck_splink_notes_free(&notes);
    ck_free(text);
    return error->status;
}

ck_status ck_splink_export(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    const char *folder = cli->options.word[cli->options.nwords - 1];
    if (cli->options.nwords != 1)
        return ck_fail(error, CK_USAGE, "'carrick export --splink MODEL.json' takes DIR alone, not '%s'.", cli->options.word[0]);
    if (ck_workspace_open(cli, error, folder, NULL, &work) == CK_OK && ck_workspace_require_model(&work, error) == CK_OK &&
        ck_workspace_model(&work, error) == CK_OK) {
        if (cli->comm.rank == 0)
            write_model(&work, error);
        ck_par_agree(&cli->comm, error);
    }
    ck_workspace_close(&work);
    return error->status;
}
