/** carrick update: the last index with new extracts. */
#include "cli/stages.h"

/** --index becomes the job's `previous:`, and `update: true` unless the model is to be trained anew. */
ck_status ck_cmd_update(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    if (!cli->options.previous)
        return ck_fail(error, CK_USAGE, "'carrick update' needs --index DIR, the result folder of the last run; see 'carrick update --help'.");
    if (ck_workspace_open(cli, error, cli->options.word[0], cli->options.retrain ? "update=false" : "update=true", &work) == CK_OK)
        ck_stages_walk(&work, error);
    ck_workspace_close(&work);
    return error->status;
}
