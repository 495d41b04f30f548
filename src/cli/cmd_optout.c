/** carrick optout: the numbers for the national data opt-out check service, and a look at what came back. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/optouts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static ck_status require_optouts(ck_error *error, const ck_job *job, const char *path) {
    uint32_t applies = 0;
    for (uint32_t s = 0; job->ingest.optouts.source && s < job->ingest.nsources; s++)
        applies += job->ingest.optouts.source[s].applies;
    return applies ? CK_OK : ck_fail(error, CK_USAGE, "%s has no 'optouts' with a source whose NHS numbers could be asked about ('applies_to').", path);
}

/** One number a line, followed by a comma and LF, as the service wants it; for nobody else's eyes. */
static ck_status write_request(ck_error *error, const ck_optouts *set, const char *path) {
    ck_out_file out = {0};
    if (ck_out_open_private(error, path, &out) == CK_OK) {
        for (size_t i = 0; i < set->nnumbers; i++)
            fprintf(out.stream, "%010" PRIu64 ",\n", set->number[i]);
        ck_out_commit(error, &out);
    }
    ck_out_close(&out);
    return error->status;
}

static ck_status request(ck_cli *cli, ck_error *error, const ck_job *job, const char *out) {
    ck_optouts set = {0};
    char text[CK_COUNT_TEXT];
    if (ck_optouts_request(&cli->comm, error, &job->ingest, &set) == CK_OK && cli->comm.rank == 0 && write_request(error, &set, out) == CK_OK) {
        ck_log(CK_LOG_INFO, "%s distinct valid NHS numbers to ask about.", ck_count_text(set.nnumbers, text));
        ck_audit_count(cli, "optout", json_pack("{s:I}", "numbers_sent", (json_int_t)set.nnumbers));
    }
    ck_optouts_free(&set);
    return ck_par_agree(&cli->comm, error);
}

/** What the lists say, without doing it: 'carrick run' does. */
static ck_status apply(ck_cli *cli, ck_error *error, const ck_job *job) {
    ck_optouts set = {0};
    const ck_optout_spec *spec = &job->ingest.optouts;
    if (cli->comm.rank == 0 && ck_optouts_read_list(error, spec, &set) == CK_OK) {
        if (spec->sent)
            printf("sent      %zu\n", set.nasked);
        printf("opted_out %zu\n", set.nnumbers);
        ck_audit_count(cli, "optout", json_pack("{s:I, s:I}", "numbers_sent", (json_int_t)set.nasked, "numbers_opted_out", (json_int_t)set.nnumbers));
    }
    ck_optouts_free(&set);
    return ck_par_agree(&cli->comm, error);
}

ck_status ck_cmd_optout(ck_cli *cli, ck_error *error) {
    const ck_options *given = &cli->options;
    const char *verb = given->word[0], *path = given->word[1];
    bool asks = strcmp(verb, "request") == 0;
    ck_job job = {0};
    char *text = NULL;
    size_t n;
    if (!asks && strcmp(verb, "apply") != 0)
        return ck_fail(error, CK_USAGE, "'carrick optout' takes 'request' or 'apply', not '%s'.", verb);
    if (asks && !given->out_file)
        return ck_fail(error, CK_USAGE, "'carrick optout request' needs --out FILE for the numbers.");
    if (ck_file_share(&cli->comm, error, path, &text, &n) == CK_OK) {
        /* The request comes before there is anything returned. */
        ck_job_parse(error, text, path, given->set, given->nset, !asks, &job);
        if (!error->status)
            require_optouts(error, &job, path);
        if (ck_par_agree(&cli->comm, error) == CK_OK) {
            ck_audit_beside(cli, asks ? given->out_file : path);
            asks ? request(cli, error, &job, given->out_file) : apply(cli, error, &job);
        }
    }
    ck_job_free(&job);
    ck_free(text);
    return error->status;
}
