/** carrick init: a job from extracts alone. */
#include "base/memory.h"
#include "cli/files.h"
#include "cli/setup.h"
#include "init/init.h"
#include <stdio.h>
#include <string.h>

ck_status ck_setup_make(ck_cli *cli, ck_error *error, char **text) {
    uint64_t n = 0;
    *text = NULL;
    if (cli->comm.rank == 0 && ck_init_job(error, cli->options.word, cli->options.nwords, text) == CK_OK)
        n = strlen(*text) + 1;
    ck_par_broadcast(&cli->comm, 0, &n, sizeof n);
    if (cli->comm.rank != 0 && n)
        *text = ck_alloc(error, n, 1);
    if (ck_par_agree(&cli->comm, error) == CK_OK)
        ck_par_broadcast(&cli->comm, 0, *text, n);
    return error->status;
}

ck_status ck_cmd_init(ck_cli *cli, ck_error *error) {
    char *text = NULL;
    ck_out_file out = {0};
    if (ck_setup_make(cli, error, &text) == CK_OK && cli->comm.rank == 0 && ck_out_open(error, cli->options.out_file, &out) == CK_OK) {
        fputs(text, out.stream);
        ck_out_commit(error, &out);
    }
    ck_out_close(&out);
    ck_free(text);
    return ck_par_agree(&cli->comm, error);
}
