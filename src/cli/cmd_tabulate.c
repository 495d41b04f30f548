/** carrick tabulate: counts with small numbers hidden. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "job/tabulate_spec.h"
#include "release/tabulate.h"
#include <inttypes.h>

static void write_cell(ck_csv_out *out, const ck_tabulate_spec *spec, const ck_tabulation *t, uint64_t cell) {
    for (uint32_t d = 0; d < spec->nby; d++) {
        uint64_t place = cell / ck_count_stride(&t->table, d) % ((uint64_t)t->table.size[d] + 1);
        if (place == t->table.size[d])
            ck_csv_out_string(out, spec->total);
        else
            ck_csv_out_text(out, ck_intern_get(&t->category[d], t->at[d][place]));
    }
    if (t->table.hidden[cell] != CK_SHOWN)
        ck_csv_out_string(out, spec->rule.symbol);
    else
        ck_csv_out_integer(out, (int64_t)ck_count_shown(&spec->rule, t->table.count[cell]));
    ck_csv_out_end_row(out);
}

static ck_status write_table(ck_error *error, const ck_tabulate_spec *spec, const ck_tabulation *t, const char *path) {
    ck_csv_out out = {0};
    if (ck_csv_out_open(error, path, &out) == CK_OK) {
        for (uint32_t d = 0; d < spec->nby; d++)
            ck_csv_out_string(&out, spec->by[d]);
        ck_csv_out_string(&out, "count");
        ck_csv_out_end_row(&out);
        for (uint64_t cell = 0; cell < t->table.ncells; cell++)
            write_cell(&out, spec, t, cell);
        ck_csv_out_commit(error, &out);
    }
    ck_csv_out_close(&out);
    return error->status;
}

/* A category called as the totals are would be taken for them. */
static ck_status check_total(ck_error *error, const ck_tabulate_spec *spec, const ck_tabulation *t) {
    for (uint32_t d = 0; d < spec->nby; d++)
        if (ck_intern_find(&t->category[d], ck_span_of(spec->total)) != UINT32_MAX)
            return ck_fail(error, CK_DATA, "Column '%s' of %s has a category that is called as the totals are; give 'total' another word.", spec->by[d], spec->input);
    return CK_OK;
}

static void say(ck_cli *cli, const ck_tabulate_spec *spec, const ck_tabulation *t, uint64_t others) {
    uint64_t small = 0;
    for (uint64_t cell = 0; cell < t->table.ncells; cell++)
        small += t->table.hidden[cell] == CK_HIDDEN_SMALL;
    ck_audit_beside(cli, cli->options.out_file);
    ck_audit_input(cli, cli->options.word[0]);
    ck_audit_input(cli, spec->input);
    ck_audit_count(cli, "tabulate", json_pack("{s:I, s:I, s:I, s:I}", "rows", (json_int_t)t->rows, "cells", (json_int_t)t->table.ncells, "small_counts_hidden",
                                              (json_int_t)small, "others_hidden", (json_int_t)others));
    ck_audit_output(cli, cli->options.out_file);
    ck_log(CK_LOG_INFO, "%" PRIu64 " cells: %" PRIu64 " small counts hidden, %" PRIu64 " others so that those cannot be computed.", t->table.ncells, small, others);
    if (t->repeated)
        ck_log(CK_LOG_WARN, "%" PRIu64 " times somebody stands in another cell too; totals count such people as often ('%s' is counted by cell).", t->repeated, spec->distinct);
}

static ck_status tabulate(ck_cli *cli, ck_error *error) {
    const ck_options *given = &cli->options;
    ck_tabulate_spec spec = {0};
    ck_tabulation t = {0};
    char *text = NULL;
    uint64_t others = 0;
    size_t n;
    if (ck_file_read_text(error, given->word[0], &text, &n) == CK_OK && ck_tabulate_spec_parse(error, text, given->word[0], given->set, given->nset, &spec) == CK_OK &&
        ck_file_apart(error, given->out_file, spec.input) == CK_OK && ck_tabulation_read(error, spec.input, spec.by, spec.nby, spec.distinct, &t) == CK_OK && check_total(error, &spec, &t) == CK_OK &&
        ck_suppress(error, &t.table, &spec.rule, &others) == CK_OK && write_table(error, &spec, &t, given->out_file) == CK_OK)
        say(cli, &spec, &t, others);
    ck_tabulation_free(&t);
    ck_tabulate_spec_free(&spec);
    ck_free(text);
    return error->status;
}

ck_status ck_cmd_tabulate(ck_cli *cli, ck_error *error) {
    if (cli->comm.rank == 0)
        tabulate(cli, error);
    return ck_par_agree(&cli->comm, error);
}
